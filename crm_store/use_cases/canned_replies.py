"""Replies agents use again: their own and everybody's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from crm_store.domain.canned_replies import CannedReply, check_variables
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import NameTaken, NotYours, UnknownCannedReply, UnknownConversation
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store, UnitOfWork


async def list_canned_replies(store: Store, agent_id: UUID) -> list[CannedReply]:
    """Everybody's and the agent's own."""
    async with store.read() as uow:
        return await uow.canned_replies.list_for(agent_id)


async def add_canned_reply(
    store: Store,
    *,
    agent_id: UUID | None,
    shortcut: str,
    title: str,
    title_bn: str,
    text: Mapping[str, str],
) -> CannedReply:
    """A reply of an agent's own, or everybody's (`agent_id` None). Raises NameTaken, UnknownVariable."""
    reply = CannedReply(new_id(), agent_id, shortcut, title, title_bn, text)
    async with store.begin() as uow:
        await _check(uow, reply)
        await uow.canned_replies.add(reply, uow.now)
        await uow.commit()
    return reply


async def change_canned_reply(
    store: Store, reply_id: UUID, *, agent_id: UUID, may_share: bool, shared: bool | None, **values: Any
) -> CannedReply:
    """Raises UnknownCannedReply, NotYours (everybody's needs `may_share`), NameTaken, UnknownVariable."""
    async with store.begin() as uow:
        before = await _access(uow, reply_id, agent_id=agent_id, may_share=may_share)
        owner = before.agent_id if shared is None else (None if shared else agent_id)
        if owner is None and not may_share:
            raise NotYours(str(reply_id))
        reply = replace(before, agent_id=owner, **values)
        await _check(uow, reply)
        await uow.canned_replies.save(reply, uow.now)
        await uow.commit()
        return reply


async def remove_canned_reply(store: Store, reply_id: UUID, *, agent_id: UUID, may_share: bool) -> None:
    """Raises UnknownCannedReply, NotYours."""
    async with store.begin() as uow:
        await _access(uow, reply_id, agent_id=agent_id, may_share=may_share)
        await uow.canned_replies.remove(reply_id)
        await uow.commit()


async def read_for_rendering(
    store: Store, reply_id: UUID, conversation_id: UUID, agent_id: UUID
) -> tuple[CannedReply, JsonObject]:
    """The reply, and what fills its blanks. Raises UnknownCannedReply, UnknownConversation."""
    async with store.read() as uow:
        reply = await _find_usable(uow, reply_id, agent_id)
        values = await uow.canned_replies.find_values(conversation_id, agent_id)
    if values is None:
        raise UnknownConversation(str(conversation_id))
    return reply, values


async def _find_usable(uow: UnitOfWork, reply_id: UUID, agent_id: UUID) -> CannedReply:
    """Somebody else's own reply does not exist for this agent."""
    reply = await uow.canned_replies.find(reply_id)
    if reply is None or reply.agent_id not in (None, agent_id):
        raise UnknownCannedReply(str(reply_id))
    return reply


async def _access(uow: UnitOfWork, reply_id: UUID, *, agent_id: UUID, may_share: bool) -> CannedReply:
    reply = await _find_usable(uow, reply_id, agent_id)
    if reply.is_shared and not may_share:
        raise NotYours(str(reply_id))
    return reply


async def _check(uow: UnitOfWork, reply: CannedReply) -> None:
    for text in reply.text.values():
        check_variables(text)
    if await uow.canned_replies.is_shortcut_taken(reply):
        raise NameTaken(reply.shortcut)
