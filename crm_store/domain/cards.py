"""Making the hand-over card: no language model, only what was understood, done and known."""

from datetime import date
from typing import Final

from crm_store.domain.card_attempts import list_attempts
from crm_store.domain.card_collected import list_collected
from crm_store.domain.card_facts import list_facts
from crm_store.domain.card_mood import read_mood
from crm_store.domain.card_sources import CardSources
from crm_store.domain.card_steps import list_steps
from crm_store.domain.card_wants import word_wish
from crm_store.domain.handoff_card import Card

MAX_LAST_WORDS: Final = 280


def make_card(sources: CardSources, today: date) -> Card:
    """The card as of `today`, the shop's calendar day."""
    written = [message.text for message in sources.messages if message.text]
    return Card(
        who=sources.who,
        wants=word_wish(sources, today),
        tried=list_attempts(sources.messages, sources.changes),
        collected=list_collected(sources),
        mood=read_mood(sources.messages, sources.mood),
        facts=list_facts(sources, today),
        next_steps=list_steps(sources, today),
        last_words=written[-1][:MAX_LAST_WORDS] if written else None,
        form=sources.memory.form,
    )
