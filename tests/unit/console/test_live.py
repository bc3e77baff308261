"""Which changes may sound at whose console, and who is told what."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
import pytest

from bot.console import live
from bot.console.conversation_shapes import Counts, Summary
from bot.console.live import MOST_WAITING, Console, Desk, Seen, alerts_of
from crm_store.domain.errors import StoreUnavailable

FARHANA = UUID(int=1)
TANVIR = UUID(int=2)


def summary(state: str = "bot", **changes: Any) -> Summary:
    """A conversation; only what alerts look at."""
    whole = {
        "state": state,
        "assignee": None,
        "clock": None,
        "last_seq": 5,
        "last_message": {"author": "customer"},
        "queued_at": None,
        **changes,
    }
    return cast("Summary", whole)


def of(agent: UUID) -> dict[str, str]:
    return {"id": str(agent), "name": "x", "name_bn": "x"}


def seen(state: str = "bot", assignee: UUID | None = None, last_seq: int = 5, breached: bool = False) -> Seen:
    return Seen(state, str(assignee) if assignee else None, last_seq, breached)


def test_a_wish_for_a_person_concerns_everybody() -> None:
    assert alerts_of(seen(), summary("queued")) == [("queued", None)]
    assert alerts_of(seen("queued"), summary("queued")) == []


def test_a_wish_that_is_first_seen_counts_while_it_is_fresh() -> None:
    now = datetime.now(UTC)
    fresh, old = now.isoformat(), (now - timedelta(minutes=5)).isoformat()
    assert alerts_of(None, summary("queued", queued_at=fresh)) == [("queued", None)]
    assert alerts_of(None, summary("queued", queued_at=old)) == []
    assert alerts_of(None, summary("bot")) == []


def test_a_new_assignee_alone_is_told() -> None:
    claimed = summary("claimed", assignee=of(FARHANA))
    assert alerts_of(seen("queued"), claimed) == [("assigned", [FARHANA])]
    assert alerts_of(seen("claimed", TANVIR), claimed) == [("assigned", [FARHANA])]
    assert alerts_of(seen("claimed", FARHANA), claimed) == []


def test_the_assignee_is_told_that_the_customer_wrote_not_that_they_wrote_themself() -> None:
    wrote = summary("claimed", assignee=of(FARHANA), last_seq=6)
    assert alerts_of(seen("claimed", FARHANA), wrote) == [("waiting", [FARHANA])]
    own = summary("claimed", assignee=of(FARHANA), last_seq=6, last_message={"author": "agent"})
    assert alerts_of(seen("claimed", FARHANA), own) == []
    assert alerts_of(seen("bot"), summary("bot", last_seq=6)) == []


def test_a_clock_that_ran_out_is_told_once() -> None:
    late = summary("queued", clock={"breached": True})
    assert alerts_of(seen("queued"), late) == [("breach", None)]
    assert alerts_of(seen("queued", breached=True), late) == []


def console(agent: UUID, session: str = "s") -> Console:
    return Console({"id": str(agent), "name": "x", "name_bn": "x"}, agent, session)


def told(one: Console) -> list[dict[str, Any]]:
    return [orjson.loads(one.frames.get_nowait()) for _ in range(one.frames.qsize())]


def test_frames_reach_all_or_only_some_agents() -> None:
    desk, mine, theirs = Desk(), console(FARHANA), console(TANVIR)
    desk.join(mine)
    desk.join(theirs)
    desk.tell({"type": "a"})
    desk.tell({"type": "b"}, only=[TANVIR])
    assert [frame["type"] for frame in told(mine)] == ["a"]
    assert [frame["type"] for frame in told(theirs)] == ["a", "b"]


def test_viewers_are_people_not_tabs() -> None:
    desk, talk = Desk(), uuid4()
    for tab in (console(FARHANA), console(FARHANA), console(TANVIR)):
        desk.join(tab)
        desk.watch(tab, talk)
    assert [viewer["id"] for viewer in desk.viewers_of(talk)] == [str(FARHANA), str(TANVIR)]


def test_a_console_that_does_not_read_is_closed_and_the_others_are_not() -> None:
    desk, slow = Desk(), console(FARHANA)
    desk.join(slow)
    for _ in range(MOST_WAITING + 1):
        desk.tell({"type": "x"})
    assert slow.stop_code == 1013


def test_sessions_are_closed_one_by_one() -> None:
    desk, mine, other = Desk(), console(FARHANA, "one"), console(FARHANA, "two")
    desk.join(mine)
    desk.join(other)
    desk.stop_agent(FARHANA, 4001, but="one")
    assert (mine.stop_code, other.stop_code) == (None, 4001)
    desk.stop_session("one", 4001)
    assert mine.stop_code == 4001


def test_nobody_connected_nothing_is_looked_up() -> None:
    desk = Desk()
    desk.touch(uuid4())
    assert not desk.agent_ids()


async def test_what_changed_while_the_store_was_away_is_told_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for pause in ("GATHER_SECONDS", "COUNTS_SECONDS", "AGAIN_SECONDS"):
        monkeypatch.setattr(live, pause, 0.0)
    away = {"summaries", "counts"}  # at the first look at each

    def check_store(wanted: str) -> None:
        if wanted in away:
            away.remove(wanted)
            raise StoreUnavailable("away")

    async def read_summaries(wanted: Collection[UUID]) -> Mapping[UUID, Summary]:
        check_store("summaries")
        return {one: summary(id=str(one)) for one in wanted}

    async def read_counts(_agent: UUID) -> Counts:
        check_store("counts")
        return cast("Counts", {"queue": 1})

    desk, mine, talk = Desk(), console(FARHANA), uuid4()
    desk.read_with(read_summaries, read_counts)
    desk.join(mine)
    desk.start()
    desk.touch(talk)
    frames = list[dict[str, Any]]()
    async with asyncio.timeout(5):
        while not frames or frames[-1]["type"] != "counts":
            frames.append(orjson.loads(await mine.frames.get()))
    await desk.stop()
    assert {frame["conversation"]["id"] for frame in frames[:-1]} == {str(talk)}
    assert not away
