from bot.delivery import LONGEST_RETRY_SECONDS, MAX_ATTEMPTS, retry_pause
from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain


def test_a_refusal_is_final() -> None:
    assert retry_pause(1, DeliveryRefused("blocked")) is None


def test_the_platform_says_how_long_to_wait() -> None:
    assert retry_pause(1, DeliveryPostponed("429", retry_after=17)) == 17
    assert retry_pause(1, DeliveryPostponed("429", retry_after=-3)) == 0


def test_pauses_double_up_to_a_minute_and_end_after_some_attempts() -> None:
    failure = DeliveryUncertain("reset")
    pauses = [retry_pause(attempts, failure) for attempts in range(1, MAX_ATTEMPTS)]
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_RETRY_SECONDS]
    assert retry_pause(MAX_ATTEMPTS, failure) is None
