"""What people and tests use under /fake: the page, what stands in the channels, and deeds as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.ledger import Call, Json
from tests.fakes.pages import page_routes, refuse_foreign
from tests.fakes.slack.deeds import Deeds, UnknownDeed
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.people import NoSuchElement
from tests.fakes.slack.world import Channel, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT_SECONDS = 20.0
LOG_LINES = 40


def control_routes(slack: FakeSlack) -> list[web.RouteDef]:
    """The routes."""
    desk = _Desk(slack)
    return [
        *page_routes(PAGE),
        web.get("/fake/state", desk.state),
        web.get("/fake/ledger", desk.ledger),
        web.get("/fake/file/{id}", desk.file),
        web.post("/fake/do", desk.do),
    ]


class _Desk:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._deeds = Deeds(slack)

    async def state(self, request: web.Request) -> web.Response:
        """Everything the page shows; waits for news when the caller has seen this revision."""
        if request.query.get("after") == str(self._slack.revision) and not self._slack.closed:
            await self._slack.news(LONGEST_WAIT_SECONDS)
        return web.json_response(describe(self._slack))

    async def ledger(self, _request: web.Request) -> web.Response:
        """Every call, delivery and breach."""
        text = json.dumps(asdict(self._slack.ledger), default=repr)
        return web.Response(text=text, content_type="application/json")

    async def file(self, request: web.Request) -> web.Response:
        """A file somebody shared, for the page; only pictures are shown as such."""
        number = request.match_info["id"]
        for team in self._slack.teams.values():
            if number in team.files:
                return _download(team.files[number].content)
        raise web.HTTPNotFound

    async def do(self, request: web.Request) -> web.Response:
        """One deed."""
        refuse_foreign(request)
        try:
            order = await request.json()
            if not isinstance(order, dict):
                raise UnknownDeed("a deed is an object")
            return web.json_response({"ok": True, **await self._deeds.do(order)})
        except (UnknownDeed, NoSuchElement, SlackError, ValueError) as refused:
            return web.json_response({"ok": False, "error": str(refused)}, status=400)


def describe(slack: FakeSlack) -> Json:
    """What stands in the channels, who is there and how delivery goes."""
    failed = [one for one in slack.ledger.deliveries[-LOG_LINES:] if not one.accepted]
    return {
        "revision": slack.revision,
        "teams": [_team(slack, team) for team in slack.teams.values()],
        "modals": slack.modals,
        "way": _way(slack),
        "failed": [asdict(one) for one in failed[-3:]],
        "copies": slack.courier.copies,
        "down": slack.faults.down,
        "breaches": [asdict(breach) for breach in slack.ledger.breaches[-LOG_LINES:]],
        "calls": [_call(call) for call in slack.ledger.calls[-LOG_LINES:]],
    }


def _way(slack: FakeSlack) -> str:
    if slack.courier.way is slack.sockets:
        return f"Socket Mode, {len(slack.sockets.open)} open"
    addresses = slack.http.urls.get("events", [])
    return ", ".join(addresses) or "nobody takes events yet"


def _call(call: Call) -> Json:
    error = (call.answer or {}).get("error")
    return {"at": call.at, "method": call.method, "status": call.status, "place": call.place, "error": error}


def _team(slack: FakeSlack, team: Team) -> Json:
    people = [person.id for person in slack.people.values() if person.team is team]
    for number in people:
        team.direct(team.members[number])
    return {
        "id": team.id,
        "name": team.name,
        "installed": team.installed,
        "bot": team.bot.id,
        "people": people,
        "members": {member.id: member.name for member in team.members.values()},
        "channels": [_channel(slack, channel) for channel in team.channels.values()],
    }


def _channel(slack: FakeSlack, channel: Channel) -> Json:
    standing = [message for message in channel.messages.values() if not message.deleted]
    everything = sorted([*standing, *channel.ephemerals], key=lambda message: message.ts)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": list(channel.members),
        "messages": [_message(slack, message) for message in everything if not message.deleted],
    }


def _message(slack: FakeSlack, message: Message) -> Json:
    whisper = {"only_for": message.only_for, "thread": message.thread}
    return message.as_json(slack.url) | whisper


def _download(content: bytes) -> web.Response:
    picture = content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))
    headers = {"X-Content-Type-Options": "nosniff"}
    if not picture:
        headers["Content-Disposition"] = "attachment"
    kind = "image/png" if picture else "application/octet-stream"
    return web.Response(body=content, content_type=kind, headers=headers)
