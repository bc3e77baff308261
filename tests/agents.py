"""Agents for tests: made, taking conversations over, writing, giving them back."""

import itertools
from typing import Any
from uuid import UUID, uuid4

from crm_store.domain.agents import Agent
from crm_store.domain.conversations import ConversationEvent
from crm_store.domain.handling import HandBackOutcome, ResolveReason
from crm_store.use_cases import handling
from crm_store.use_cases.agent_messages import send_agent_message
from crm_store.use_cases.agents import add_agent
from crm_store.use_cases.unit_of_work import Store

_numbers = itertools.count(1)
# What the customer of an agent made here is told.
JOINED = "Farhana has joined the conversation."
LEFT = "Farhana has left the conversation. The assistant is with you again."


async def make_agent(store: Store, name: str = "Farhana", **details: Any) -> Agent:
    email = f"agent{next(_numbers)}@example.com"
    return await add_agent(store, name=name, name_bn="ফারহানা", email=email, password_hash="-", **details)


async def take_over(store: Store, conversation_id: UUID) -> Agent:
    """A new agent has the conversation now."""
    agent = await make_agent(store)
    await handling.claim(store, conversation_id, agent_id=agent.id)
    return agent


async def give_back(store: Store, conversation_id: UUID, agent: Agent) -> None:
    """The bot has it again."""
    await handling.hand_back(store, conversation_id, agent_id=agent.id, outcome=HandBackOutcome.SOLVED)


async def take_over_by(store: Store, conversation_id: UUID, agent: Agent) -> None:
    """This agent has the conversation now."""
    await handling.claim(store, conversation_id, agent_id=agent.id)


async def resolve(store: Store, conversation_id: UUID, *, ask_rating: bool = False) -> None:
    """It is closed."""
    await handling.resolve(
        store, conversation_id, agent_id=None, reason=ResolveReason.SOLVED, ask_rating=ask_rating
    )


async def agent_says(store: Store, conversation_id: UUID, agent: Agent, text: str) -> ConversationEvent:
    """A message of the assignee."""
    sent = await send_agent_message(
        store, conversation_id, agent_id=agent.id, client_msg_id=uuid4().hex, text=text
    )
    return sent.event
