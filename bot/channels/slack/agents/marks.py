"""How far an agent's message came, as a reaction on it."""

from datetime import UTC, datetime
from typing import Final

from bot.channels.slack.client import SlackApi, SlackRefused
from crm_store.domain.agent_threads import AgentThread, ThreadLine
from crm_store.domain.errors import UnknownConversation
from crm_store.use_cases.agent_threads import list_unsettled, mark_line
from crm_store.use_cases.conversation_lists import find_agent_event
from crm_store.use_cases.unit_of_work import Store

PENDING: Final = "hourglass_flowing_sand"
DELIVERED: Final = "white_check_mark"
FAILED: Final = "warning"
MARKS: Final = {
    "stored": PENDING,
    "sent": DELIVERED,
    "seen": DELIVERED,
    "failed": FAILED,
    "uncertain": FAILED,
    "partly": FAILED,
}
# Doing it again changes nothing; or the message is gone, and nobody looks at it.
HARMLESS: Final = frozenset({"already_reacted", "no_reaction", "message_not_found", "is_archived"})
SOONEST_SECONDS: Final = 1.0
LATEST_SECONDS: Final = 60.0
FOLLOWED_SECONDS: Final = 24 * 3600.0  # a page nobody opens: the hourglass stays


class Marks:
    """Keeps the reactions of a thread in step."""

    def __init__(self, store: Store, api: SlackApi) -> None:
        self._store = store
        self._api = api

    async def show(self, thread: AgentThread) -> float | None:
        """Bring them up to date; in how many seconds to look again (None: all is settled)."""
        looks = [await self._show(thread, line) for line in await list_unsettled(self._store, thread)]
        return min((look for look in looks if look is not None), default=None)

    async def _show(self, thread: AgentThread, line: ThreadLine) -> float | None:
        mark = await self._mark_of(thread, line)
        age = _age(line)
        settled = mark != PENDING or age > FOLLOWED_SECONDS
        if mark != line.mark:
            await self._react(thread, "reactions.add", line.line, mark)
            if line.mark is not None:
                await self._react(thread, "reactions.remove", line.line, line.mark)
        if settled or mark != line.mark:
            await mark_line(self._store, thread, line.line, mark, settled=settled)
        return None if settled else min(max(age / 4, SOONEST_SECONDS), LATEST_SECONDS)

    async def _mark_of(self, thread: AgentThread, line: ThreadLine) -> str:
        if line.message_id is None:
            return DELIVERED
        event = await find_agent_event(self._store, thread.conversation_id, line.message_id)
        if event is None:
            raise UnknownConversation(str(thread.conversation_id))
        return MARKS[event.delivery.status] if event.delivery else DELIVERED

    async def _react(self, thread: AgentThread, method: str, ts: str, name: str) -> None:
        try:
            await self._api.call(thread.account, method, channel=thread.place, timestamp=ts, name=name)
        except SlackRefused as refused:
            if refused.code not in HARMLESS:
                raise


def _age(line: ThreadLine) -> float:
    return (datetime.now(UTC) - line.at).total_seconds() if line.at else 0.0
