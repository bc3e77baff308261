"""What people and tests use under /fake: the page, what stands in the chats, and deeds as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.ledger import Json
from tests.fakes.pages import page_routes, refuse_foreign
from tests.fakes.telegram.deeds import Deeds, UnknownDeed
from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.people import NoSuchButton
from tests.fakes.telegram.world import Chat, Message

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT_SECONDS = 20.0
# A chat action is gone after so long, as in the apps.
ACTION_SECONDS = 5.0
LOG_LINES = 40


def control_routes(telegram: FakeTelegram) -> list[web.RouteDef]:
    """The routes."""
    desk = _Desk(telegram)
    return [
        *page_routes(PAGE),
        web.get("/{bot}", desk.link),
        web.get("/fake/state", desk.state),
        web.get("/fake/ledger", desk.ledger),
        web.get("/fake/file/{id}", desk.file),
        web.post("/fake/do", desk.do),
    ]


class _Desk:
    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram
        self._deeds = Deeds(telegram)

    async def link(self, request: web.Request) -> web.Response:
        """What t.me does: a link to the bot opens its chat, the payload ready to be sent."""
        if request.match_info["bot"].lower() != str(self._telegram.world.bot.username).lower():
            raise web.HTTPNotFound
        raise web.HTTPFound(str(request.url.with_path("/fake").with_query(request.query)))

    async def state(self, request: web.Request) -> web.Response:
        """Everything the page shows; waits for news when the caller has seen this revision."""
        if request.query.get("after") == str(self._telegram.revision) and not self._telegram.closed:
            acting = any(chat.doing for chat in self._telegram.world.chats.values())
            await self._telegram.news(ACTION_SECONDS if acting else LONGEST_WAIT_SECONDS)
        return web.json_response(describe(self._telegram))

    async def ledger(self, _request: web.Request) -> web.Response:
        """Every call, delivery and breach."""
        return web.Response(
            text=json.dumps(asdict(self._telegram.ledger), default=repr), content_type="application/json"
        )

    async def file(self, request: web.Request) -> web.Response:
        """A file somebody sent, for the page; only pictures are shown as such."""
        file = self._telegram.world.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        picture = file.content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))
        headers = {"X-Content-Type-Options": "nosniff"}
        if not picture:
            headers["Content-Disposition"] = "attachment"
        kind = "image/png" if picture else "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def do(self, request: web.Request) -> web.Response:
        """One deed."""
        refuse_foreign(request)
        try:
            order = await request.json()
            if not isinstance(order, dict):
                raise UnknownDeed("a deed is an object")
            return web.json_response({"ok": True, **await self._deeds.do(order)})
        except (UnknownDeed, NoSuchButton, ApiError, ValueError) as refused:
            return web.json_response({"ok": False, "error": str(refused)}, status=400)


def describe(telegram: FakeTelegram) -> Json:
    """What stands in the chats, who is there and how delivery goes."""
    courier, ledger = telegram.courier, telegram.ledger
    return {
        "revision": telegram.revision,
        "bot": telegram.world.bot.as_json(),
        "people": [person.user.as_json() for person in telegram.people.values()],
        "chats": [_chat(telegram, chat) for chat in telegram.world.chats.values()],
        "commands": {language: menu for (_scope, language), menu in telegram.commands.items()},
        "turning": [[click.message.chat.id, click.message.id] for click in telegram.unanswered_clicks],
        "answers": [
            {"id": click.id, "by": click.by.id, "text": click.answer}
            for click in list(telegram.clicks.values())[-5:]
            if click.answer
        ],
        "webhook": courier.webhook.url if courier.webhook else None,
        "last_error": courier.webhook.last_error if courier.webhook else None,
        "pending": len(courier.pending),
        "polls": telegram.polls,
        "copies": courier.copies,
        "down": telegram.faults.down,
        "breaches": [asdict(breach) for breach in ledger.breaches[-LOG_LINES:]],
        "calls": [
            {"at": call.at, "method": call.method, "status": call.status, "place": call.place}
            for call in ledger.calls[-LOG_LINES:]
            if call.method != "getUpdates"
        ],
    }


def _chat(telegram: FakeTelegram, chat: Chat) -> Json:
    doing = None
    if chat.doing is not None and telegram.clock.now() - chat.doing[1] < ACTION_SECONDS:
        doing = chat.doing[0]
    return {
        **chat.as_json(),
        "members": list(chat.members),
        "standing": chat.standing,
        "topics": {str(number): name for number, name in chat.topics.items()},
        "upgraded_to": chat.upgraded_to,
        "doing": doing,
        "messages": [_message(message) for message in chat.messages.values() if not message.deleted],
    }


def _message(message: Message) -> Json:
    shown = message.as_json()
    shown["reply_keyboard"] = message.reply_keyboard
    shown |= {"thread": message.thread, "rewritten": message.rewritten}
    return shown
