"""The threads in which teams follow hand-overs: opened once, written by one process at a time, in order."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.agent_threads import (
    EARLIER_EVENTS,
    FOLLOWED_FOR,
    AgentThread,
    TeamChannel,
    ThreadLine,
    ThreadWork,
    Unthreaded,
)
from crm_store.domain.errors import TurnLost, UnknownConversation
from crm_store.domain.notes import Note
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

AT_A_TIME: Final = 50  # requests that get their thread in one transaction


async def open_threads(store: Store, channel: str, accounts: Collection[str]) -> int | None:
    """A thread for every conversation that waits and has none, where its team has a channel; how many.

    None when no team has a channel there.
    """
    async with store.read() as uow:
        places = _places(await uow.agent_accounts.list_channels(), channel, accounts)
        if not places:
            return None
        waiting = await uow.agent_threads.list_unthreaded(AT_A_TIME)
        default = next((team.id for team in await uow.teams.list_all() if team.is_default), None)
    wanted = [(each, places.get(each.team_id) or places.get(default)) for each in waiting]
    found = [(each, place) for each, place in wanted if place is not None]
    if not found:
        return 0
    async with store.begin() as uow:
        opened = [await _open(uow, each, place) for each, place in found]
        await uow.commit()
        return sum(opened)


def _places(
    known: list[TeamChannel], channel: str, accounts: Collection[str]
) -> dict[UUID | None, TeamChannel]:
    return {each.team_id: each for each in known if each.channel == channel and each.account in accounts}


async def find_team_place(
    store: Store, channel: str, accounts: Collection[str], team_id: UUID | None
) -> TeamChannel | None:
    """Where a team's hand-overs are posted; None where nobody is told of them."""
    async with store.read() as uow:
        places = _places(await uow.agent_accounts.list_channels(), channel, accounts)
        default = next((team.id for team in await uow.teams.list_all() if team.is_default), None)
    return places.get(team_id) or places.get(default)


async def move_thread(store: Store, work: ThreadWork, place: TeamChannel) -> AgentThread:
    """It begins anew in another channel, with the last of the transcript and its notes. Raises TurnLost."""
    async with store.begin() as uow:
        handled = await uow.handling.find(work.thread.conversation_id)
        last_seq = handled.last_seq if handled else 0
        values: dict[str, object] = {
            "account": place.account,
            "place": place.place,
            "language": place.language,
            "root": None,
            "shown_epoch": -1,
            "posted_seq": max(0, last_seq - EARLIER_EVENTS),
        }
        await _save_in(uow, work, values)
        await uow.agent_threads.forget_lines(work.thread.id)
        moved = await uow.agent_threads.find(work.thread.id)
        await uow.commit()
    if moved is None:
        raise TurnLost(str(work.thread.id))
    return moved


async def _open(uow: UnitOfWork, waiting: Unthreaded, place: TeamChannel) -> bool:
    thread = AgentThread(
        id=new_id(),
        conversation_id=waiting.conversation_id,
        handoff_id=waiting.handoff_id,
        channel=place.channel,
        account=place.account,
        place=place.place,
        language=place.language,
        root=None,
        shown_epoch=-1,
        posted_seq=max(0, waiting.last_seq - EARLIER_EVENTS),
        is_ended=False,
        is_superseded=False,
        opened_at=uow.now,
    )
    added = await uow.agent_threads.add(thread)
    if added:
        await uow.agent_threads.supersede(waiting.conversation_id, thread.id)
    return added


async def claim_thread(store: Store, channel: str, *, lease_seconds: float) -> ThreadWork | None:
    """A thread with something to do, for `lease_seconds`; None when there is none.

    Looks before it writes: mostly there is none, and a write would hold up turns on SQLite.
    """
    async with store.read() as uow:
        if not await uow.agent_threads.has_due(channel, uow.now, uow.now - FOLLOWED_FOR):
            return None
    async with store.begin() as uow:
        until = uow.now + timedelta(seconds=lease_seconds)
        work = await uow.agent_threads.lease(channel, new_id(), until, uow.now, uow.now - FOLLOWED_FOR)
        await uow.commit()
        return work


async def keep_root(store: Store, work: ThreadWork, root: str, *, shown_epoch: int) -> None:
    """The card stands there. Raises TurnLost when somebody else has the thread now."""
    await _save(store, work, {"root": root, "shown_epoch": shown_epoch})


async def keep_shown(store: Store, work: ThreadWork, shown_epoch: int, *, is_over: bool) -> None:
    """The card says what is so; `is_over`: and nothing will change any more. Raises TurnLost."""
    async with store.begin() as uow:
        closed_at = uow.now if is_over else None
        values: dict[str, object] = {"shown_epoch": shown_epoch, "closed_at": closed_at}
        await _save_in(uow, work, values)
        await uow.commit()


async def keep_posted(
    store: Store, work: ThreadWork, seq: int, line: ThreadLine | None, *, lease_seconds: float
) -> None:
    """The transcript stands there up to `seq`; `line` is one that is followed. Raises TurnLost."""
    async with store.begin() as uow:
        if line is not None:
            await uow.agent_threads.add_line(work.thread.id, line, uow.now)
        until = uow.now + timedelta(seconds=lease_seconds)
        await _save_in(uow, work, {"posted_seq": seq, "leased_until": until})
        await uow.commit()


async def keep_note_line(store: Store, work: ThreadWork, line: ThreadLine) -> None:
    """A note of the console stands in the thread."""
    async with store.begin() as uow:
        await uow.agent_threads.add_line(work.thread.id, line, uow.now)
        await uow.commit()


async def end_stretch(store: Store, work: ThreadWork) -> None:
    """The bot has it again, or nobody: the transcript is not followed any more.

    Unless an agent took it up again from this thread a moment ago.
    """
    async with store.begin() as uow:
        await uow.agent_threads.end(work)
        await uow.commit()


async def finish_thread(store: Store, work: ThreadWork, *, look_after: float | None) -> None:
    """All is written; in `look_after` seconds see how far messages came (None: nothing is on its way)."""
    async with store.begin() as uow:
        if look_after is None and await uow.agent_threads.list_unsettled(work.thread.id):
            look_after = 0.0  # one was sent since the caller looked
        look_at = None if look_after is None else uow.now + timedelta(seconds=look_after)
        values = {"lease_token": None, "leased_until": None, "failures": 0, "look_at": look_at}
        await uow.agent_threads.save(work, values)
        await uow.commit()


async def postpone_thread(store: Store, work: ThreadWork, *, seconds: float, in_doubt: bool) -> None:
    """Go on later. `in_doubt`: what was being posted may stand there."""
    async with store.begin() as uow:
        later = uow.now + timedelta(seconds=seconds)
        values: dict[str, object] = {"due_at": later, "failures": work.thread.failures + 1}
        kept = {"leased_until": later} if in_doubt else {"lease_token": None, "leased_until": None}
        await uow.agent_threads.save(work, values | kept)
        await uow.commit()


async def give_thread_up(store: Store, work: ThreadWork) -> None:
    """The thread cannot be written any more: it was deleted there, or its channel was."""
    async with store.begin() as uow:
        values = {"closed_at": uow.now, "lease_token": None, "leased_until": None}
        await uow.agent_threads.save(work, values)
        await uow.commit()


async def list_unposted_notes(store: Store, thread: AgentThread) -> list[Note]:
    """Notes of this conversation that do not stand in the thread."""
    async with store.read() as uow:
        return await uow.agent_threads.list_unposted_notes(thread)


async def list_unsettled(store: Store, thread: AgentThread) -> list[ThreadLine]:
    """Lines whose message is still on its way."""
    async with store.read() as uow:
        return await uow.agent_threads.list_unsettled(thread.id)


async def mark_line(store: Store, thread: AgentThread, line: str, mark: str, *, settled: bool) -> None:
    """What stands under the line now; `settled`: it will not change."""
    async with store.begin() as uow:
        await uow.agent_threads.mark_line(thread.id, line, mark, settled=settled)
        await uow.commit()


async def find_thread(store: Store, channel: str, account: str, place: str, root: str) -> AgentThread | None:
    """The thread under a card."""
    async with store.read() as uow:
        return await uow.agent_threads.find_by_root(channel, account, place, root)


async def read_thread(store: Store, thread_id: UUID) -> AgentThread:
    """One thread. Raises UnknownConversation."""
    async with store.read() as uow:
        found = await uow.agent_threads.find(thread_id)
    if found is None:
        raise UnknownConversation(str(thread_id))
    return found


async def follow_again(store: Store, thread: AgentThread) -> None:
    """Somebody took the conversation up again from this thread: the transcript goes on in it."""
    async with store.begin() as uow:
        stretch = await uow.handoffs.find_open(thread.conversation_id)
        if stretch is not None and stretch.id != thread.handoff_id:
            await uow.agent_threads.adopt(thread.id, stretch.id)
            await uow.commit()


async def is_stretch_open(store: Store, thread: AgentThread) -> bool:
    """Whether the hand-over this thread follows goes on."""
    async with store.read() as uow:
        stretch = await uow.handoffs.find_open(thread.conversation_id)
    return stretch is not None and stretch.id == thread.handoff_id


async def find_line(store: Store, thread: AgentThread, line: str) -> ThreadLine | None:
    """What a message of the thread stands for."""
    async with store.read() as uow:
        return await uow.agent_threads.find_line(thread.id, line)


async def note_line(
    store: Store, thread: AgentThread, line: str, *, agent_id: UUID, text: str
) -> Note | None:
    """What an agent typed in the thread is their note, once; None when it is known already.

    Raises UnknownAgent, UnknownConversation.
    """
    async with store.begin() as uow:
        agent = await access_agent(uow, agent_id)
        handled = await uow.handling.find(thread.conversation_id, lock=True)
        if handled is None:
            raise UnknownConversation(str(thread.conversation_id))
        note = Note(new_id(), thread.conversation_id, handled.last_seq, uow.now, agent.shown, text)
        if await uow.agent_threads.find_line(thread.id, line) is not None:
            return None
        await uow.notes.add(note)
        await uow.agent_threads.add_line(thread.id, ThreadLine(line, note_id=note.id), uow.now)
        await uow.commit()
        return note


async def follow_message(store: Store, thread: AgentThread, line: str, message_id: UUID) -> None:
    """The line is what an agent wrote to the customer: how far it comes is shown on it."""
    async with store.begin() as uow:
        await uow.agent_threads.add_line(thread.id, ThreadLine(line, message_id=message_id), uow.now)
        await uow.commit()


async def _save(store: Store, work: ThreadWork, values: dict[str, object]) -> None:
    async with store.begin() as uow:
        await _save_in(uow, work, values)
        await uow.commit()


async def _save_in(uow: UnitOfWork, work: ThreadWork, values: dict[str, object]) -> None:
    if not await uow.agent_threads.save(work, values):
        raise TurnLost(str(work.thread.id))
