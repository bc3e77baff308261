"""At a platform the judge tells answers by their words: it must convict there too."""

from __future__ import annotations

from bot.phrases import load_phrases
from crm_store.wording import say
from tests.faults.judge import judge
from tests.faults.ledger import Entry
from tests.faults.verdict import KINDS
from tests.faults.words import PICK_UPS, PLATFORM_QUESTIONS

BOT, RETURNS = "are you a real person or a bot?", "what is your return policy?"
NOTICES = load_phrases().catalogues["en"]


def asked(at: float, text: str, *, accepted: bool = True) -> list[Entry]:
    """A message, taken at once."""
    sent: Entry = {"at": at, "kind": "sent", "key": f"m{at}", "text": text}
    return [sent, {**sent, "kind": "accepted"}] if accepted else [sent]


def told(at: float, text: str) -> list[Entry]:
    """Something the bot said."""
    return [{"at": at, "kind": "reply", "key": f"r{at}", "text": PLATFORM_QUESTIONS.get(text, text)}]


def run_of(*parts: list[Entry], channel: str = "slack") -> dict[str, int]:
    """The violations of one chat."""
    opened: Entry = {"at": 0.0, "kind": "opened", "channel": channel}
    entries = [opened, *(entry for part in parts for entry in part)]
    verdict = judge([{**entry, "customer": "karim"} for entry in entries])
    return {kind: verdict.of(kind) for kind in KINDS if verdict.of(kind)}


def test_a_chat_in_which_everything_was_answered_in_turn_is_clean() -> None:
    assert run_of(asked(1, BOT), told(2, BOT), asked(3, RETURNS), told(4, RETURNS)) == {}


def test_questions_asked_at_once_and_answered_in_turn_are_clean_too() -> None:
    assert run_of(asked(1, BOT), asked(2, RETURNS), told(3, BOT), told(4, RETURNS)) == {}


def test_a_message_without_an_answer_is_unanswered() -> None:
    assert run_of(asked(1, BOT), told(2, NOTICES["engine_trouble"])) == {"unanswered": 1}


def test_an_honest_notice_is_an_answer() -> None:
    assert run_of(asked(1, BOT), told(2, NOTICES["engine_trouble"]), told(3, NOTICES["handed_over"])) == {}


def test_the_same_answer_twice_is_repeated() -> None:
    assert run_of(asked(1, BOT), told(2, BOT), told(3, BOT)) == {"repeated": 1}


def test_answers_in_another_order_than_the_messages_are_out_of_order() -> None:
    assert run_of(asked(1, BOT), asked(2, RETURNS), told(3, RETURNS), told(4, BOT)) == {"out of order": 1}


def test_what_the_platform_gave_up_needs_no_answer() -> None:
    assert run_of(asked(1, BOT, accepted=False)) == {}


def test_an_answer_belongs_to_the_message_that_was_taken_not_to_the_one_that_was_given_up() -> None:
    again = [asked(2, BOT), asked(3, RETURNS), told(4, BOT), told(5, RETURNS)]
    assert run_of(asked(1, BOT, accepted=False), *again) == {}


def test_a_repeat_is_not_taken_for_the_answer_to_the_next_question_of_its_kind() -> None:
    questions = [asked(1, BOT), asked(2, RETURNS), asked(3, BOT)]
    answers = [told(4, BOT), told(5, BOT), told(6, RETURNS), told(7, BOT)]
    assert run_of(*questions, *answers) == {"repeated": 1}


def test_telegram_may_hear_a_thing_twice_when_a_gateway_died_beside_it_and_only_then() -> None:
    fault: list[Entry] = [{"at": 2.0, "kind": "fault", "what": "kill", "target": "gateway1", "seconds": 0.0}]
    chat = [asked(1, BOT), told(3, BOT), told(60, BOT)]
    assert run_of(*chat, fault, channel="telegram") == {}
    assert run_of(*chat, channel="telegram") == {"repeated": 1}
    assert run_of(*chat, fault, channel="slack") == {"repeated": 1}


def wrote(at: float, number: int = 1) -> list[Entry]:
    """What an agent wrote, taken by the service and heard by the customer a little later."""
    text = f"A person is with you now ({number})."
    accepted: Entry = {"at": at, "kind": "agent_accepted", "text": text}
    return [accepted, *told(at + 0.1, f"*Imran Kabir*\n{text}")]


JOINED, LEFT = (say("en", notice, agent="Imran Kabir") for notice in ("agent_joined", "handed_back"))


def test_what_waited_when_an_agent_wrote_needs_no_answer_of_the_bot() -> None:
    assert run_of(asked(1, BOT), told(2, JOINED), wrote(3), told(5, LEFT)) == {}


def test_what_was_written_after_an_agents_words_is_answered_when_the_bot_is_back() -> None:
    chat = [told(1, JOINED), wrote(2), asked(3, BOT), told(4, LEFT), told(5, f"{PICK_UPS[0]}.")]
    assert run_of(*chat, told(6, BOT)) == {}
    assert run_of(*chat) == {"unanswered": 1}


def test_a_bot_message_between_the_notices_of_a_person_is_a_violation() -> None:
    chat = [asked(1, BOT), told(2, JOINED), told(3, BOT), told(5, LEFT)]
    assert run_of(*chat) == {"after a take-over": 1}


def test_what_an_agent_wrote_arrives_once() -> None:
    heard = wrote(2)
    assert run_of(heard[:1]) == {"lost": 1}
    assert run_of(heard) == {}
    assert run_of(heard, heard[1:]) == {"repeated": 1}
