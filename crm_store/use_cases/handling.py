"""Agents take conversations, and give them back. One transaction each; the journal says who, when and why.

Every one raises UnknownConversation, UnknownAgent, NotInThatState, and EpochMoved when the caller names the
`epoch` it looked at and that is over. Where a conversation may be a colleague's, NotAssignee is raised unless
the caller has checked that this agent may do it `for_others`.
"""

from datetime import datetime
from uuid import UUID

from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.errors import AgentNotThere, UnknownConversation, UnknownTeam
from crm_store.domain.handling import (
    Edge,
    HandBackOutcome,
    Handled,
    Handling,
    Move,
    ResolveReason,
    Transition,
)
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.handing import (
    access_handled,
    access_own,
    check_free,
    check_load,
    give_to,
    name_of,
    place_with,
)
from crm_store.use_cases.notices import tell_about_agent, tell_about_team
from crm_store.use_cases.ports.handoffs import Ending
from crm_store.use_cases.surveys import ask_for_ratings
from crm_store.use_cases.teams import find_team
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import wake


async def read_handling(store: Store, conversation_id: UUID) -> Handled:
    """Who has the conversation now."""
    async with store.read() as uow:
        found = await uow.handling.find(conversation_id)
    if found is None:
        raise UnknownConversation(str(conversation_id))
    return found


async def list_transitions(store: Store, conversation_id: UUID) -> list[Transition]:
    """The journal of the conversation, oldest first."""
    async with store.read() as uow:
        return await uow.handling.list_transitions(conversation_id)


async def claim(store: Store, conversation_id: UUID, *, agent_id: UUID, epoch: int | None = None) -> Handled:
    """Take a waiting conversation, step in while the bot has it, or take one's own out of its snooze.

    A claim of what one has changes nothing. Raises AlreadyClaimed with who has it, and LoadLimitReached when
    the agent has as much as they take; stepping in is always possible.
    """
    async with store.begin() as uow:
        before = await access_handled(uow, conversation_id, epoch)
        agent = await access_agent(uow, agent_id, lock=True)
        if before.assignee_id == agent_id:
            after = await _claim_own(uow, before)
        else:
            await check_free(uow, before)
            edge = Edge.STEP_IN if before.state is Handling.BOT else Edge.CLAIM
            if edge is Edge.CLAIM:
                check_load(agent)
            move = Move(edge, Handling.CLAIMED, agent_id, agent_id)
            after = await give_to(uow, before, move, agent, "agent_joined")
        await uow.commit()
        return after


async def _claim_own(uow: UnitOfWork, before: Handled) -> Handled:
    if before.state is Handling.CLAIMED:
        return before
    move = Move(Edge.WAKE, Handling.CLAIMED, before.assignee_id, before.assignee_id, reason="agent")
    return await uow.handling.move(before, move, uow.now)


async def release(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    reason: str | None = None,
    for_others: bool = False,
    epoch: int | None = None,
) -> Handled:
    """Back to the queue, to its old place there."""
    async with store.begin() as uow:
        before = await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        move = Move(Edge.RELEASE, Handling.QUEUED, agent_id, note=reason)
        after = await uow.handling.move(before, move, uow.now)
        await _tell_who_left(uow, before, after, "agent_released")
        await uow.commit()
        return after


async def transfer_to_agent(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    to_agent_id: UUID,
    note: str | None = None,
    for_others: bool = False,
    epoch: int | None = None,
) -> Handled:
    """A claimed conversation is a colleague's at once.

    Raises AgentNotThere unless the colleague is at the console, LoadLimitReached when they have enough.
    """
    async with store.begin() as uow:
        before = await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        colleague = await access_agent(uow, to_agent_id, lock=True)
        if before.assignee_id == to_agent_id:
            return before
        if not colleague.present:
            raise AgentNotThere(str(to_agent_id))
        check_load(colleague)
        move = Move(Edge.TRANSFER_AGENT, Handling.CLAIMED, agent_id, to_agent_id, note=note)
        after = await give_to(uow, before, move, colleague, "agent_took_over")
        await uow.commit()
        return after


async def transfer_to_team(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    team_id: UUID,
    note: str | None = None,
    for_others: bool = False,
    epoch: int | None = None,
) -> Handled:
    """Into another team's queue. Raises UnknownTeam."""
    async with store.begin() as uow:
        before = await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        team = await find_team(uow, team_id)
        if team.id != team_id:
            raise UnknownTeam(str(team_id))
        place = await place_with(uow, before, team_id)
        move = Move(Edge.TRANSFER_TEAM, Handling.QUEUED, agent_id, note=note, placed=place)
        after = await uow.handling.move(before, move, uow.now)
        await tell_about_team(uow, after, "team_asked", team)
        await uow.commit()
        return after


async def hand_back(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    outcome: HandBackOutcome,
    summary: str = "",
    resume: bool = True,
    for_others: bool = False,
    epoch: int | None = None,
) -> Handled:
    """The bot goes on, and its next turn knows what came of it (the fact `handed_back`).

    It answers what the customer wrote after the agent's last word. `resume`: with the form it was in.
    """
    async with store.begin() as uow:
        before = await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        move = Move(Edge.HAND_BACK, Handling.BOT, agent_id, reason=outcome.value, note=summary or None)
        after = await uow.handling.move(before, move, uow.now)
        changes = await _changes_since_claim(uow, conversation_id)
        ending = Ending(Edge.HAND_BACK.value, outcome.value, summary or None, changes)
        await uow.handoffs.close(conversation_id, ending, uow.now)
        agent = await name_of(uow, before.assignee_id or agent_id)
        word = {
            "outcome": outcome.value,
            "summary": summary,
            "resume": resume,
            "agent": {"name": agent.name, "name_bn": agent.name_bn},
            "at": uow.now.isoformat(),
            "changes": changes,
        }
        await uow.handling.leave_word(conversation_id, word)
        await _tell_who_left(uow, before, after, "handed_back")
        await uow.commit()
        return after


async def withdraw(store: Store, conversation_id: UUID) -> Handled:
    """The customer does not need a person after all: a waiting conversation is the bot's again."""
    async with store.begin() as uow:
        before = await access_handled(uow, conversation_id)
        after = await uow.handling.move(before, Move(Edge.WITHDRAW, Handling.BOT), uow.now)
        await uow.handoffs.close(conversation_id, Ending(Edge.WITHDRAW.value), uow.now)
        await uow.commit()
        return after


async def snooze(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID,
    until: datetime,
    for_others: bool = False,
    epoch: int | None = None,
) -> Handled:
    """Put away until a time, or until the customer writes. Raises ValueError for a time that is over."""
    async with store.begin() as uow:
        if until <= uow.now:
            raise ValueError("a snooze ends later than now")
        before = await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        move = Move(Edge.SNOOZE, Handling.SNOOZED, agent_id, before.assignee_id, until=until)
        after = await uow.handling.move(before, move, uow.now)
        await uow.commit()
        return after


async def resolve(
    store: Store,
    conversation_id: UUID,
    *,
    agent_id: UUID | None,
    reason: ResolveReason,
    note: str | None = None,
    for_others: bool = False,
    epoch: int | None = None,
    ask_rating: bool = False,
) -> Handled:
    """Close it; the customer's next message opens it again. `agent_id` is None when the service does it.

    With `ask_rating` the customer is asked, once, how it was with the person who had it, and with the bot.
    """
    async with store.begin() as uow:
        before = await access_handled(uow, conversation_id, epoch)
        if agent_id is not None:
            await access_own(uow, conversation_id, agent_id, epoch, for_others=for_others)
        move = Move(Edge.RESOLVE, Handling.RESOLVED, agent_id, reason=reason.value, note=note)
        after = await uow.handling.move(before, move, uow.now)
        changes = await _changes_since_claim(uow, conversation_id)
        await uow.handoffs.close(conversation_id, Ending(Edge.RESOLVE.value, changes=changes), uow.now)
        await _tell_who_left(uow, before, after, "resolved")
        if ask_rating:
            await ask_for_ratings(uow, after)
        await uow.commit()
        return after


async def reopen(store: Store, conversation_id: UUID, *, agent_id: UUID, epoch: int | None = None) -> Handled:
    """A resolved conversation is this agent's.

    Raises LoadLimitReached, and ConflictingWrite when the customer has a newer one open.
    """
    async with store.begin() as uow:
        before = await access_handled(uow, conversation_id, epoch)
        agent = await access_agent(uow, agent_id, lock=True)
        check_load(agent)
        move = Move(Edge.REOPEN, Handling.CLAIMED, agent_id, agent_id)
        after = await give_to(uow, before, move, agent, "reopened")
        await uow.commit()
        return after


async def wake_snoozed(store: Store, conversation_id: UUID) -> Handled:
    """Its time has come: its agent's again, or, when that one is not there, in the queue."""
    async with store.begin() as uow:
        before = await access_handled(uow, conversation_id)
        after = await wake(uow, before, reason="time")
        await uow.commit()
        return after


async def _changes_since_claim(uow: UnitOfWork, conversation_id: UUID) -> list[JsonObject]:
    """What agents changed in the CRM during this stretch, as the bot is told."""
    stretch = await uow.handoffs.find_open(conversation_id)
    if stretch is None:
        return []
    done = await uow.interactions.list_of_conversation(conversation_id, stretch.asked_at, Author.AGENT)
    return [{"kind": each.kind, "at": each.at.isoformat(), "facts": each.facts} for each in done]


async def _tell_who_left(uow: UnitOfWork, before: Handled, after: Handled, notice: str) -> None:
    if before.assignee_id is not None:
        await tell_about_agent(uow, after, notice, await name_of(uow, before.assignee_id))
