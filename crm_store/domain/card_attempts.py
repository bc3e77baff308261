"""What the bot did for the customer, and whether it served them."""

from collections.abc import Iterator
from typing import Final

from crm_store.domain.card_sources import Change, Understood
from crm_store.domain.handoff_card import Attempt
from crm_store.domain.history_lines import word_event
from crm_store.domain.sentences import Sentence, catalogue, fill

# As many as an agent reads at a glance.
MAX_ATTEMPTS: Final = 8
# What a customer says next when the answer before did not serve them.
_NOT_SERVED: Final = frozenset({"complaint", "insult", "confused", "correct", "contact_human_agent"})
# Interactions that are no answer to the customer's wish.
_NO_ATTEMPT: Final = frozenset({"handoff_requested", "language_chosen", "survey_answered"})


def list_attempts(messages: tuple[Understood, ...], changes: tuple[Change, ...]) -> tuple[Attempt, ...]:
    """The newest attempts, oldest first."""
    done = {change.message_id: change for change in changes if change.kind not in _NO_ATTEMPT}
    found: list[Attempt] = []
    for position, message in enumerate(messages):
        change = done.get(message.id)
        if change is not None:
            sentence = word_event(change.kind, change.facts)
            found.append(Attempt(sentence.en, sentence.bn, message.at, worked=True))
            continue
        served = _was_served(messages, position)
        found += [
            Attempt(said.en, said.bn, message.at, worked=served and not fails)
            for said, fails in _phrases(message)
        ]
    return tuple(_without_repeats(found)[-MAX_ATTEMPTS:])


def _phrases(message: Understood) -> Iterator[tuple[Sentence, bool]]:
    tried = catalogue("tried")
    for action in message.actions:
        if action in tried:
            yield fill(tried[action]), bool(tried[action].get("fails"))


def _was_served(messages: tuple[Understood, ...], position: int) -> bool:
    """Whether the customer went on contentedly: neither repeated nor complained of the answer."""
    if position + 1 >= len(messages):
        return True
    asked, following = messages[position].intent, messages[position + 1].intent
    return following != asked and following not in _NOT_SERVED


def _without_repeats(attempts: list[Attempt]) -> list[Attempt]:
    """Of the same thing tried in a row only the last counts."""
    kept: list[Attempt] = []
    for attempt in attempts:
        if kept and kept[-1].en == attempt.en:
            kept.pop()
        kept.append(attempt)
    return kept
