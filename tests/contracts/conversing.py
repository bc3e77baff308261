"""Words for the conversation contracts: a visitor writes, the bot answers."""

import itertools
from dataclasses import dataclass
from uuid import UUID

from crm_store.domain.conversations import AcceptedMessage, ConversationEvent, IncomingMessage
from crm_store.domain.turns import Reply, ReplyButton, TurnClaim, TurnResult
from crm_store.sql import SqlStore
from crm_store.use_cases.conversations import accept_message, list_events
from crm_store.use_cases.sessions import WebSession, identify_web_session, open_web_session
from crm_store.use_cases.turns import claim_turn

WIDGET = "demo"
LEASE_S = 30.0

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Visitor:
    """A browser with a session."""

    store: SqlStore
    session: WebSession

    @property
    def conversation_id(self) -> UUID:
        return self.session.conversation_id

    def message(
        self, text: str | None = "hello", *, client_msg_id: str | None = None, choice_id: str | None = None
    ) -> IncomingMessage:
        client_msg_id = client_msg_id or f"m{next(_numbers)}"
        return IncomingMessage(
            channel="web",
            account=WIDGET,
            identity_id=self.session.identity_id,
            conversation_id=self.conversation_id,
            external_id=f"{self.conversation_id}:{client_msg_id}",
            text=None if choice_id else text,
            choice_id=choice_id,
        )

    async def write(self, text: str | None = "hello", **details: str | None) -> AcceptedMessage:
        return await accept_message(self.store, self.message(text, **details))

    async def click(self, choice_id: str) -> AcceptedMessage:
        return await accept_message(self.store, self.message(choice_id=choice_id))

    async def transcript(self) -> list[ConversationEvent]:
        return await list_events(self.store, self.conversation_id, after_seq=0)

    async def texts(self) -> list[str | None]:
        return [event.text for event in await self.transcript()]

    async def log_in(self, subject: str, *, name: str = "Rahima Khatun") -> "Visitor":
        session = await identify_web_session(
            self.store,
            widget=WIDGET,
            token=self.session.token,
            subject=subject,
            name=name,
            name_bn="রহিমা খাতুন",
        )
        return Visitor(self.store, session)


async def make_visitor(store: SqlStore) -> Visitor:
    return Visitor(store, await open_web_session(store, widget=WIDGET))


async def make_customer(store: SqlStore, subject: str = "rahima") -> Visitor:
    return await (await make_visitor(store)).log_in(subject)


async def claim(store: SqlStore, conversation_id: UUID | None = None) -> TurnClaim:
    """A claim that must be there."""
    claimed = await claim_turn(store, lease_seconds=LEASE_S, conversation_id=conversation_id)
    assert claimed is not None
    return claimed


async def nothing_to_claim(store: SqlStore, conversation_id: UUID | None = None) -> bool:
    return await claim_turn(store, lease_seconds=LEASE_S, conversation_id=conversation_id) is None


def answer(*texts: str, state: dict[str, object] | None = None, language: str | None = "en") -> TurnResult:
    return make_result(
        *(Reply(text=text, response="utter_test", language=language) for text in texts), state=state
    )


def make_result(
    *replies: Reply, state: dict[str, object] | None = None, language: str | None = "en"
) -> TurnResult:
    return TurnResult(
        replies=replies,
        state={"slots": {}} if state is None else state,
        understanding={"intent": "greet", "confidence": 0.9, "language": language or ""},
        actions=("utter_test", "action_listen"),
        language=language,
    )


def yes_or_no(text: str = "Sure?") -> Reply:
    buttons = (
        ReplyButton("Yes", {"intent": "affirm", "entities": {}}),
        ReplyButton("No", {"intent": "deny", "entities": {}}),
    )
    return Reply(text=text, response="utter_ask_sure", buttons=buttons, language="en")
