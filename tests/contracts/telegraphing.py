"""Words for the platform contracts: somebody writes on a platform, in private or where others read along."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from crm_store.domain.conversations import AcceptedMessage, ConversationEvent
from crm_store.domain.received import Place, Received, Sender
from crm_store.sql import SqlStore
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.receiving import receive

CHANNEL = "telegram"
BOT = "bot-1"
GROUP = Place("-100:7", is_public=True, address={"chat": -100, "thread": 7})

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account on a platform."""

    store: SqlStore
    sender: Sender
    place: Place = field(default_factory=lambda: Place(address={"chat": 5}))

    def at(self, place: Place) -> "Person":
        return replace(self, place=place)

    def message(self, text: str | None = "hello", **details: Any) -> Received:
        number = next(_numbers)
        known = {"external_id": f"m{number}", "update_id": f"u{number}", "text": text}
        return Received(self.sender, self.place, **{**known, **details})

    async def write(self, text: str | None = "hello", **details: Any) -> AcceptedMessage:
        return await receive(self.store, self.message(text, **details))

    async def transcript(self, conversation_id: UUID) -> list[ConversationEvent]:
        return await list_events(self.store, conversation_id, after_seq=0)


def make_person(store: SqlStore, name: str = "rahima", **details: Any) -> Person:
    return Person(store, Sender(CHANNEL, BOT, f"user:{name}", **details))
