from bot.delivery import LONGEST_RETRY_SECONDS, RETRIED_SECONDS, retry_pause
from bot.errors import DeliveryHeldBack, DeliveryPostponed, DeliveryRefused, DeliveryUncertain


def test_a_refusal_is_final() -> None:
    assert retry_pause(1, 0, DeliveryRefused("blocked")) is None


def test_the_platform_says_how_long_to_wait() -> None:
    assert retry_pause(1, 0, DeliveryPostponed("429", retry_after=17)) == 17
    assert retry_pause(1, 0, DeliveryPostponed("429", retry_after=-3)) == 0


def test_pauses_double_up_to_a_minute() -> None:
    pauses = [retry_pause(attempts, 0, DeliveryUncertain("reset")) for attempts in range(1, 9)]
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_RETRY_SECONDS, LONGEST_RETRY_SECONDS]
    assert retry_pause(1440, 0, DeliveryPostponed("503")) == LONGEST_RETRY_SECONDS


def test_after_a_day_it_is_given_up() -> None:
    assert retry_pause(9, RETRIED_SECONDS, DeliveryPostponed("503")) is None
    assert retry_pause(9, RETRIED_SECONDS, DeliveryPostponed("429", retry_after=5)) is None


def test_what_is_only_paced_is_never_given_up() -> None:
    assert retry_pause(1, 2 * RETRIED_SECONDS, DeliveryHeldBack("paced", retry_after=0.5)) == 0.5
