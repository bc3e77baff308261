"""What Slack brings, by web address or by Socket Mode, goes to the handlers in turn.

The first one that calls a thing its own has taken it, durably, when it returns: only then Slack hears that it
arrived (CH1, SL4). Agents' handlers come before the customers'.
"""

from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.channels.slack.events import EventsLimited, Ignored, SlackEvent, read_event
from bot.channels.slack.forms import SlashCommand
from bot.channels.slack.places import CHANNEL
from bot.inbox import Inbox
from crm_store.domain.conversations import JsonObject

log = structlog.get_logger()


class NotYetTaken(Exception):
    """It is still being taken in (a slow file, say). Answer 503: Slack brings it again."""


class SlackHandler(Protocol):
    """One who deals with some of what comes. Each method says None or False for what is not its own."""

    async def take_event(self, event: SlackEvent) -> bool:
        """Take an event; whether it was one of ours."""
        ...

    async def take_interaction(self, payload: JsonObject) -> JsonObject | None:
        """Take a click, a modal or a shortcut; what to answer ({} for nothing)."""
        ...

    async def take_command(self, command: SlashCommand) -> JsonObject | None:
        """Take a slash command; what its author is shown."""
        ...


class SlackInbox:
    """Every way in ends here."""

    def __init__(self, handlers: Sequence[SlackHandler], inbox: Inbox) -> None:
        self._handlers = handlers
        self._inbox = inbox

    async def event(self, body: JsonObject) -> None:
        """Take what the Events API tells; unknown kinds are counted and ignored."""
        event = read_event(body)
        match event:
            case Ignored(why):
                self._count_ignored(why)
            case EventsLimited(team):
                log.warning("slack.events_limited", team=team)
            case _:
                if not await self._taken(event):
                    self._count_ignored("not_for_us")

    async def interaction(self, payload: JsonObject) -> JsonObject:
        """Take a click or a modal; the body of the answer, {} for none."""
        for handler in self._handlers:
            answer = await handler.take_interaction(payload)
            if answer is not None:
                return answer
        self._count_ignored("unknown_interaction")
        return {}

    async def command(self, command: SlashCommand) -> JsonObject:
        """Take a slash command; what its author is shown."""
        for handler in self._handlers:
            answer = await handler.take_command(command)
            if answer is not None:
                return answer
        self._count_ignored("unknown_command")
        return {}

    async def _taken(self, event: SlackEvent) -> bool:
        for handler in self._handlers:
            if await handler.take_event(event):
                return True
        return False

    def _count_ignored(self, why: str) -> None:
        self._inbox.ignore(CHANNEL, why)
