"""The console's composition: what of it is served, and what runs beside it."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
from aiohttp import web

from bot.attachments.uploads import Uploads
from bot.channels.web.access import Gate
from bot.console.account import Account
from bot.console.administration import Administration
from bot.console.attachments import Attachments
from bot.console.audit import Audit
from bot.console.bodies import Nothing
from bot.console.calls import Answer, Call
from bot.console.canned import CannedReplies, load_words
from bot.console.conversations import Conversations
from bot.console.customer_actions import CustomerActions
from bot.console.customers import Customers
from bot.console.dead_letters import DeadLetters
from bot.console.files import ConsoleFiles
from bot.console.keeper import Keeper
from bot.console.live import Desk
from bot.console.messages import Messages, note_frame
from bot.console.openapi import describe
from bot.console.passwords import Passwords
from bot.console.permissions import Permission
from bot.console.presence import Presence
from bot.console.previews import load_previews
from bot.console.refusals import Explainer, FindName
from bot.console.routing import Door, Route
from bot.console.same_person import SamePerson
from bot.console.shapes import NameObject
from bot.console.slack import SlackSettings
from bot.console.socket import SocketParts, SocketRoute
from bot.console.talks import Talks
from bot.console.transcripts import TalkHub, TalkReader
from bot.console.writing import name_object
from bot.fanout import Hub
from bot.metrics import Metrics
from bot.settings import Settings
from crm_store.domain.notes import Note
from crm_store.use_cases.colleagues import find_agent_name
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True)
class Neighbours:
    """What the console needs of the rest of the gateway."""

    store: Store
    gate: Gate
    customers: Hub
    metrics: Metrics
    uploads: Uploads
    wake_turns: Callable[[UUID], None]
    wake_delivery: Callable[[], None]


@dataclass
class ConsoleApp:
    """The console: add it to an application, start it, stop it."""

    door: Door
    desk: Desk
    hub: TalkHub
    transcripts: TalkReader
    keeper: Keeper
    files: ConsoleFiles
    routes: list[Route] = field(default_factory=list)
    _description: bytes | None = None

    def add_to(self, app: web.Application) -> None:
        """Register every route and the built pages."""
        own = Route(
            "GET",
            "/openapi.json",
            Permission.PUBLIC,
            self.describe,
            "This description",
            gives=dict[str, object],
        )
        self.door.add(app, [*self.routes, own])
        self.files.add_to(app)

    async def describe(self, _call: Call[Nothing]) -> Answer:
        """The machine-readable contract, made when first asked for."""
        if self._description is None:
            self._description = orjson.dumps(describe(self.door.routes))
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        return Answer(web.Response(body=self._description, content_type="application/json", headers=headers))

    def customer_types(self, conversation_id: UUID) -> None:
        """Agents who look at the conversation see that the customer is writing."""
        frame = {"type": "typing", "conversation": str(conversation_id), "who": "customer", "agent": None}
        self.desk.tell_watchers(conversation_id, frame)

    def customer_saw(self, conversation_id: UUID, seq: int) -> None:
        """Agents who look at the conversation see how far the customer has read."""
        frame = {"type": "seen", "conversation": str(conversation_id), "seq": seq}
        self.desk.tell_watchers(conversation_id, frame)

    async def tell_again(self, conversation_id: UUID, message_id: UUID) -> None:
        """Agents who look at the conversation are shown what is known of a message now: it was delivered."""
        await self.transcripts.tell_again(conversation_id, message_id)

    def is_watched(self, conversation_id: UUID) -> bool:
        """Whether an agent looks at the conversation here."""
        return self.hub.has_listeners(conversation_id) or bool(self.desk.viewers_of(conversation_id))

    def note_written(self, note: Note) -> None:
        """Agents who look at the conversation see a note that was not written in a console."""
        self.desk.tell_watchers(note.conversation_id, note_frame(note))

    def start(self) -> None:
        """Begin to tell consoles what changes, and to look after what nobody does."""
        self.desk.start()
        self.keeper.start()

    async def stop(self, code: int) -> None:
        """Close every console with this code."""
        self.desk.stop_all(code)
        self.hub.stop_all(code)
        await self.keeper.stop()
        await self.desk.stop()


def build_console(settings: Settings, near: Neighbours) -> ConsoleApp:
    """Wire the console; nothing runs yet."""
    store = near.store
    audit, passwords = Audit(store), Passwords()
    desk, transcripts = Desk(), TalkReader(store)
    hub = transcripts.hub
    talks = Talks(store, desk, near.customers, audit, near.wake_turns, near.wake_delivery)
    desk.read_with(talks.summaries, talks.counts)
    near.customers.observe(hub.hint)
    near.customers.observe(desk.touch)
    secure = (settings.public_url or "").startswith("https:")
    account = Account(store, passwords, desk, audit, secure)
    door = Door(
        near.gate,
        account.find_principal,
        Explainer(_name_finder(store)).explain,
        audit,
        settings.own_origins,
    )
    presence = Presence(store, desk, near.customers, node=socket.gethostname())
    parts = SocketParts(desk, hub, near.metrics, settings.socket_poll_seconds, presence, account.find_again)
    parts_of_api = (
        account,
        Administration(store, passwords, desk),
        Attachments(near.uploads),
        CannedReplies(store, load_words()),
        Conversations(store, talks),
        Messages(store, talks),
        CustomerActions(store, talks, load_previews()),
        Customers(store, audit),
        SamePerson(store, audit),
        DeadLetters(store, talks),
        SlackSettings(store),
        SocketRoute(parts, door),
    )
    routes = [route for part in parts_of_api for route in part.routes()]
    files = ConsoleFiles(settings.web_dir / "console" / "dist")
    keeper = Keeper(store, talks, timedelta(days=settings.sent_kept_days))
    return ConsoleApp(door, desk, hub, transcripts, keeper, files, routes)


def _name_finder(store: Store) -> FindName:
    async def find_name(agent_id: UUID) -> NameObject | None:
        found = await find_agent_name(store, agent_id)
        return name_object(found) if found else None

    return find_name
