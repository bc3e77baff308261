"""The supervisors' board: how things are now, and how the last days were."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from crm_store.domain.board import (
    DEFAULT_DAYS,
    MAX_DAYS,
    Board,
    BoardNow,
    BoardTraffic,
    BoardWork,
    Totals,
    every_day,
    share_answered_by_bot,
)
from crm_store.domain.opening_hours import SHOP_TIMEZONE
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.use_cases.waking import present_since

__all__ = ["Board", "read_board"]

# Nobody's own list is asked for.
_NOBODY: Final = UUID(int=0)


async def read_board(store: Store, *, days: int = DEFAULT_DAYS, timezone: str = SHOP_TIMEZONE) -> Board:
    """The board over the last `days` days of the shop's calendar, today included."""
    async with store.read() as uow:
        local = uow.now.astimezone(ZoneInfo(timezone))
        offset = local.utcoffset() or timedelta()
        listed = [local.date() - timedelta(days=ago) for ago in reversed(range(max(1, min(days, MAX_DAYS))))]
        since = datetime.combine(listed[0], time(), local.tzinfo).astimezone(UTC)
        traffic = await uow.board.read_traffic(since, offset)
        work = await uow.board.read_work(since)
        topics = await uow.board.read_topics(since)
        return Board(
            now=await _read_now(uow),
            totals=_totals(traffic, work, topics.handed_over),
            series=every_day(listed, traffic.days),
            by_hour=traffic.hours,
            reasons=await uow.board.list_reasons(since),
            top_topics=topics.most,
            agents=work.agents,
        )


async def _read_now(uow: UnitOfWork) -> BoardNow:
    counts = await uow.lists.count(_NOBODY)
    waiting_since = await uow.board.find_longest_waiting()
    return BoardNow(
        agents=await uow.board.list_present(present_since(uow.now)),
        queue=counts.queue,
        longest_wait_s=int((uow.now - waiting_since).total_seconds()) if waiting_since else 0,
        open=counts.open,
        bot=counts.bot,
    )


def _totals(traffic: BoardTraffic, work: BoardWork, handed_over: int) -> Totals:
    begun = sum(day.conversations for day in traffic.days.values())
    return Totals(
        conversations=begun,
        handed_over=handed_over,
        answered_by_bot_share=share_answered_by_bot(begun, handed_over),
        first_answer_s=traffic.first_answer,
        handling_s=work.handling,
        rating=traffic.rating,
    )
