"""Who of the agents is there and looks at what, in the store (for every node) and at the desk."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import orjson

from bot.console.live import Desk
from bot.console.principals import Principal
from bot.console.shapes import AgentObject
from bot.console.writing import agent_object, name_object
from bot.fanout import Hub, Whisper
from crm_store.domain.errors import KothaStoreError, UnknownConversation
from crm_store.domain.handling import Handling
from crm_store.use_cases.agents import read_agent
from crm_store.use_cases.conversations import read_progress
from crm_store.use_cases.handling import read_handling
from crm_store.use_cases.presence import heartbeat, leave, watch
from crm_store.use_cases.unit_of_work import Store

TYPING = orjson.dumps({"type": "typing", "author": "agent"})


@dataclass(frozen=True)
class Presence:
    """What a console's connection tells of its agent."""

    store: Store
    desk: Desk
    customers: Hub
    node: str

    async def arrive(self, who: Principal, connection_id: UUID) -> AgentObject:
        """The agent is there now; colleagues are told."""
        await heartbeat(self.store, agent_id=who.id, connection_id=connection_id, node=self.node)
        agent = agent_object(await read_agent(self.store, who.id))
        self.desk.tell({"type": "presence", "agent": agent})
        return agent

    async def beat(self, who: Principal, connection_id: UUID) -> None:
        """Still there. A store that is away hears of it with the next one: 90 s bear several."""
        with contextlib.suppress(KothaStoreError):
            await heartbeat(self.store, agent_id=who.id, connection_id=connection_id, node=self.node)

    async def look(self, connection_id: UUID, conversation_ids: Collection[UUID]) -> None:
        """The tab looks at these conversations and no others."""
        with contextlib.suppress(KothaStoreError):
            await watch(self.store, connection_id=connection_id, conversation_ids=conversation_ids)

    async def go(self, connection_id: UUID) -> None:
        """The tab is closed or reloaded; the claims wait."""
        with contextlib.suppress(KothaStoreError):
            await leave(self.store, connection_id=connection_id)

    async def last_seq(self, conversation_id: UUID) -> int | None:
        """How far a conversation is; None when there is none."""
        try:
            return (await read_progress(self.store, conversation_id)).last_seq
        except UnknownConversation:
            return None

    async def typing(self, conversation_id: UUID, who: Principal, seq: int) -> None:
        """Colleagues who look see that an agent writes; the customer, when it is their agent."""
        handled = await read_handling(self.store, conversation_id)
        if handled.assignee_id == who.id and handled.state is Handling.CLAIMED:
            self.customers.whisper(conversation_id, Whisper(seq, TYPING))
        frame = {
            "type": "typing",
            "conversation": str(conversation_id),
            "who": "agent",
            "agent": name_object(who.agent),
        }
        self.desk.tell_watchers(conversation_id, frame, but=who.id)
