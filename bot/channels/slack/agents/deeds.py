"""What agents do from Slack: the console's own use cases, then everybody who listens is told.

Each raises NotDone with the sentence that says why nothing was changed.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.inbox import Inbox
from crm_store.domain.agent_threads import AgentThread, audit_facts
from crm_store.domain.agents import Agent, Role
from crm_store.domain.audit import NewAuditEntry
from crm_store.domain.errors import (
    AlreadyClaimed,
    ConflictingWrite,
    EpochMoved,
    LoadLimitReached,
    NotAssignee,
    NotInThatState,
    StoreUnavailable,
    TooLateToEdit,
    UnknownConversation,
    UnknownMessage,
    UnknownNote,
)
from crm_store.domain.handling import HandBackOutcome, Handled, ResolveReason
from crm_store.use_cases import handling
from crm_store.use_cases.agent_messages import edit_agent_message, send_agent_message
from crm_store.use_cases.agent_threads import follow_again, follow_message, note_line
from crm_store.use_cases.audit import write_audit
from crm_store.use_cases.colleagues import find_agent_name
from crm_store.use_cases.notes import add_note, edit_note
from crm_store.use_cases.unit_of_work import Store

SUPERVISES: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})
_GONE: Final = (UnknownConversation, UnknownMessage, UnknownNote)


class NotDone(Exception):
    """Nothing was changed: say this sentence of the catalogue, filled with `values`."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True)
class Deeds:
    """Everything an agent may do with the conversation of a thread."""

    store: Store
    inbox: Inbox
    forward: Callable[[str], None]

    async def claim(self, thread: AgentThread, agent: Agent) -> None:
        """One wins; the others learn who."""
        await self._move(
            "claim", thread, agent, handling.claim(self.store, thread.conversation_id, agent_id=agent.id)
        )

    async def release(self, thread: AgentThread, agent: Agent) -> None:
        """Back to the queue; a supervisor may release somebody else's."""
        moved = handling.release(
            self.store,
            thread.conversation_id,
            agent_id=agent.id,
            for_others=agent.role in SUPERVISES,
        )
        await self._move("release", thread, agent, moved)

    async def hand_back(
        self, thread: AgentThread, agent: Agent, *, outcome: str, summary: str, resume: bool
    ) -> None:
        """The bot goes on, and knows what came of it."""
        moved = handling.hand_back(
            self.store,
            thread.conversation_id,
            agent_id=agent.id,
            outcome=HandBackOutcome(outcome),
            summary=summary,
            resume=resume,
        )
        await self._move("hand_back", thread, agent, moved)

    async def resolve(
        self, thread: AgentThread, agent: Agent, *, reason: str, note: str | None, ask_rating: bool
    ) -> None:
        """It is over."""
        moved = handling.resolve(
            self.store,
            thread.conversation_id,
            agent_id=agent.id,
            reason=ResolveReason(reason),
            note=note,
            ask_rating=ask_rating,
        )
        await self._move("resolve", thread, agent, moved)

    async def reply(
        self, thread: AgentThread, agent: Agent, text: str, *, client_msg_id: str, line: str | None = None
    ) -> None:
        """Write to the customer; `line` is the message of the thread that is what they wrote."""
        with self._refusals():
            try:
                sent = await send_agent_message(
                    self.store,
                    thread.conversation_id,
                    agent_id=agent.id,
                    client_msg_id=client_msg_id,
                    text=text,
                )
            except NotAssignee:
                raise await self._whose(thread) from None
            if line is not None:
                await follow_message(self.store, thread, line, sent.event.id)
            if not sent.duplicate:
                await self._audit("reply", thread, agent)
            await self._announce(thread.conversation_id)

    async def change_reply(self, thread: AgentThread, agent: Agent, message_id: UUID, text: str) -> None:
        """What the customer reads is changed too, for a quarter of an hour."""
        with self._refusals():
            try:
                await edit_agent_message(
                    self.store, thread.conversation_id, message_id, agent_id=agent.id, text=text
                )
            except NotAssignee:
                raise await self._whose(thread) from None
            await self._audit("edit", thread, agent)
            await self._announce(thread.conversation_id)

    async def note(self, thread: AgentThread, agent: Agent, text: str, *, line: str | None = None) -> None:
        """For colleagues only; what was typed in the thread (`line`) is kept once."""
        with self._refusals():
            talk = thread.conversation_id
            if line is None:
                written = await add_note(self.store, talk, agent_id=agent.id, text=text)
            else:
                found = await note_line(self.store, thread, line, agent_id=agent.id, text=text)
                if found is None:
                    return
                written = found
            self.inbox.noted(written)
            await self._audit("note", thread, agent)
            await self._announce(talk)

    async def change_note(self, thread: AgentThread, agent: Agent, note_id: UUID, text: str) -> None:
        """One's own note in other words."""
        with self._refusals():
            talk = thread.conversation_id
            self.inbox.noted(await edit_note(self.store, talk, note_id, agent_id=agent.id, text=text))
            await self._audit("note", thread, agent)

    async def _move(self, name: str, thread: AgentThread, agent: Agent, moved: Awaitable[Handled]) -> None:
        with self._refusals():
            try:
                await moved
            except NotAssignee:
                raise await self._whose(thread) from None
            if name == "claim":
                await follow_again(self.store, thread)
            await self._audit(name, thread, agent)
            await self._announce(thread.conversation_id)

    async def _announce(self, conversation_id: UUID) -> None:
        """Customers, consoles, turns and delivery look again."""
        handled = await handling.read_handling(self.store, conversation_id)
        self.inbox.changed_hands(conversation_id, handled.last_seq)
        self.forward(handled.channel)

    async def _audit(self, name: str, thread: AgentThread, agent: Agent) -> None:
        entry = NewAuditEntry(f"slack.{name}", agent.id, thread.conversation_id, facts=audit_facts(thread))
        await write_audit(self.store, entry)

    async def _whose(self, thread: AgentThread) -> NotDone:
        handled = await handling.read_handling(self.store, thread.conversation_id)
        if handled.assignee_id is None:
            return NotDone("not_yours_yet")
        name = await find_agent_name(self.store, handled.assignee_id)
        return NotDone("not_yours", agent=name.in_language(thread.language) if name else "…")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the store refuses, in words."""
        try:
            yield
        except AlreadyClaimed as taken:
            raise NotDone("already_claimed", agent=taken.by.name) from None
        except LoadLimitReached as full:
            raise NotDone("load_limit", limit=full.limit) from None
        except (NotInThatState, EpochMoved):
            raise NotDone("wrong_state") from None
        except TooLateToEdit:
            raise NotDone("too_late_to_edit") from None
        except _GONE:
            raise NotDone("gone") from None
        except (StoreUnavailable, ConflictingWrite):
            raise NotDone("unavailable") from None
