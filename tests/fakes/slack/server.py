"""The fake Slack: workspaces with people, and an app that lives in them; see tests/fakes/README.md."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp.test_utils import TestServer

from tests.fakes.clock import Clock, RealClock
from tests.fakes.faults import Faults
from tests.fakes.ledger import Breach, Json, Ledger
from tests.fakes.slack import payloads
from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.asking import ASKING, WITHOUT_TEAM
from tests.fakes.slack.blocks import Checker
from tests.fakes.slack.chatting import CHATTING, Method
from tests.fakes.slack.courier import Answer, Courier, HttpWay, Letter, Post
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.http import application, broken, rate_limited
from tests.fakes.slack.people import Hook, Person, Trigger
from tests.fakes.slack.rates import Limits, Rates
from tests.fakes.slack.scopes import check_scope
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.world import Channel, Member, Message, Team

SIGNING_SECRET = "fake0signing0secret0of0the0fake0"
APP_TOKEN = "xapp-1-A0FAKE-1-fakeapptoken"
METHODS: dict[str, Method] = CHATTING | ASKING
HOOK_USES, HOOK_SECONDS = 5, 1_800.0


class FakeSlack:
    """Slack with one app. Make it, serve it with `serve_slack`, add workspaces, let people do things."""

    def __init__(
        self,
        signing_secret: str = SIGNING_SECRET,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        app_token: str = APP_TOKEN,
    ) -> None:
        self.signing_secret, self.app_token = signing_secret, app_token
        self.client_id, self.client_secret = "1234.5678", "fake-client-secret"
        self.app_id = "A0FAKE"
        self.url = ""
        self.clock: Clock = clock or RealClock()
        self.ledger = Ledger()
        self.rates = Rates(self.clock, limits or Limits())
        self.faults = Faults(self.clock, rate_limited=rate_limited, broken=broken)
        self.http = HttpWay(signing_secret, self.clock)
        self.sockets = Sockets(self.app_id)
        self.courier = Courier(self.clock, self.ledger, self.http, tell=self.touch)
        self.subscribed: frozenset[str] | None = None
        """The events the app asked for; None: all."""
        self.teams: dict[str, Team] = {}
        self.people: dict[str, Person] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.modals: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.uploads: dict[str, int] = {}
        self.codes: dict[str, Team] = {}
        self.revision = 0
        self.closed = False
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)

    # Set-up

    def connect(self, *bases: str) -> None:
        """Deliver over HTTP to `<base>/events`, `/interactivity`, `/commands`; to several bases by chance."""
        kinds: tuple[Post, ...] = ("events", "interactivity", "commands")
        self.http.urls = {kind: [f"{base.rstrip('/')}/{kind}" for base in bases] for kind in kinds}
        self.courier.way = self.http

    def use_socket_mode(self) -> None:
        """Deliver over the web sockets the app opens."""
        self.courier.way = self.sockets

    def workspace(self, name: str, *, scopes: frozenset[str] | None = None) -> Team:
        """A workspace that has installed the app; its `token` is the bot's."""
        number = next(self._numbers)
        team = Team(f"T{number:03d}FAKE", name, self.app_id, self.clock, f"xoxb-{number}-fake", scopes)
        bot = team.add_member("kotha", real_name="Kotha")
        bot.is_bot, bot.bot_id = True, team.next_id("B")
        self.teams[team.id] = team
        return team

    def person(self, team: Team, name: str, **details: str | None) -> Person:
        """Somebody new in a workspace; `real_name`, `email` and `locale` as you like."""
        member = team.add_member(name, **details)
        self.people[member.id] = Person(member, self)
        self.touch()
        return self.people[member.id]

    def channel(
        self, team: Team, name: str, people: list[Person], *, private: bool = False, with_bot: bool = True
    ) -> Channel:
        """A channel these people are in, and the bot unless said otherwise."""
        bot = [team.bot] if with_bot else []
        self.touch()
        return team.add_channel(name, [*(person.member for person in people), *bot], private=private)

    async def verify_address(self, challenge: str = "a-challenge") -> Answer:
        """What Slack sends when an events address is entered (SL3)."""
        payload = {"token": payloads.VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        return await self.courier.attempt(Letter("url_verification", "events", payload))

    # Events

    def tell(self, team: Team, event: Json) -> Letter | None:
        """Send any event; None when the app did not subscribe to it."""
        self.touch()
        if self.subscribed is not None and event["type"] not in self.subscribed:
            return None
        number = f"Ev{next(self._numbers):08d}"
        letter = Letter(number, "events", payloads.envelope(team, event, number, self.clock.now()))
        self.courier.put(letter)
        return letter

    def tell_message(self, team: Team, message: Message) -> None:
        """A new message, and its twin when the bot is called by name (SL5)."""
        if team.bot.id not in message.channel.members:
            self.touch()
            return
        self.tell(team, payloads.message_event(message, self.url))
        called = f"<@{team.bot.id}>" in message.text and message.author is not team.bot
        if called and message.channel.kind != "im":
            self.tell(team, payloads.mention_event(message, self.url))

    def tell_change(self, team: Team, message: Message, before: Json) -> None:
        """An edit."""
        self.tell(team, payloads.change_event(message, before, self.url, team.next_ts()))

    def tell_deletion(self, team: Team, message: Message) -> None:
        """A deletion."""
        self.tell(team, payloads.deletion_event(message, self.url, team.next_ts()))

    def tell_reaction(self, team: Team, kind: str, by: Member, message: Message, name: str) -> None:
        """A reaction that came or went."""
        self.tell(team, payloads.reaction_event(kind, by.id, message, name, team.next_ts()))

    async def uninstall(self, team: Team) -> None:
        """The workspace throws the app out (SL12): both events come, and the token is dead."""
        team.installed = "uninstalled"
        self.tell(team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot.id]}})
        self.tell(team, {"type": "app_uninstalled"})

    async def revoke(self, team: Team) -> None:
        """The token alone is taken back (SL12)."""
        team.installed = "revoked"
        self.tell(team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot.id]}})

    async def install(self, team: Team, token: str | None = None) -> None:
        """The workspace takes the app again, with a new token when one is given."""
        team.installed, team.token = "yes", token or team.token
        self.touch()

    async def limit_events(self, team: Team) -> None:
        """Slack has too many events for the app and says so (SL11); there is no inner event."""
        minute = int(self.clock.now()) // 60 * 60
        what = {"type": "app_rate_limited", "minute_rate_limited": minute}
        where = {"token": payloads.VERIFICATION_TOKEN, "team_id": team.id, "api_app_id": team.app_id}
        self.courier.put(Letter(f"Ev{next(self._numbers):08d}", "events", {**where, **what}))

    def poison(self, raw: bytes = b'{"type": "event_callback", "event": ') -> None:
        """Send bytes nobody can read, well signed."""
        self.courier.put(Letter(f"Ev{next(self._numbers):08d}", "events", {}, raw))

    def hold(self) -> None:
        """Keep events back until `release` or `storm`."""
        self.courier.held = True

    async def storm(
        self, bases: list[str], *, copies: int = 4, seed: int = 1, parallel: int = 40
    ) -> list[Answer]:
        """Send what is held back `copies` times, shuffled, over several gateways at once (G4)."""
        chance = random.Random(seed)
        letters = [(letter, copy) for letter in self.courier.waiting for copy in range(copies)]
        self.courier.waiting.clear()
        chance.shuffle(letters)
        slots = asyncio.Semaphore(parallel)

        async def send(letter: Letter, copy: int) -> Answer:
            async with slots:
                url = f"{chance.choice(bases).rstrip('/')}/events"
                return await self.courier.attempt(letter, min(copy, 3), "http_timeout" if copy else "", url)

        return await asyncio.gather(*(send(letter, copy) for letter, copy in letters))

    async def settled(self, within: float = 30.0) -> None:
        """Wait (real seconds) until the app has taken everything."""
        await self.courier.settled(within)

    # What the app did

    def breach(self, rule: str, what: str) -> None:
        """Write down a rule that was broken without a refusal."""
        self.ledger.breaches.append(Breach(self.clock.now(), rule, what))

    async def news(self, within: float = 1.0) -> None:
        """Wait (real seconds) until anything changes, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._changed.wait()

    def touch(self) -> None:
        """Something changed: whoever waits for news goes on."""
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def close(self) -> None:
        """End what waits; the server can go."""
        self.closed = True
        self.faults.clear()
        self.touch()
        await self.courier.close()
        await self.sockets.close()
        await self.http.close()

    # The platform's own work

    async def execute(self, method: str, arguments: Arguments) -> Json:
        """Run one Web API call."""
        token = arguments.text("token")
        if method in WITHOUT_TEAM:
            if method == "apps.connections.open" and token != self.app_token:
                raise SlackError("not_allowed_token_type" if token.startswith("xoxb") else "invalid_auth")
            nobody = next(iter(self.teams.values()), None) or self.workspace("Nobody")
            return await WITHOUT_TEAM[method](self, nobody, arguments)
        run = METHODS.get(method)
        if run is None:
            raise SlackError("unknown_method", req_method=method)
        team = self._team(token)
        check_scope(team, method)
        if method != "chat.postMessage":
            self.rates.count(method, team.id, arguments.text("channel"))
        return await run(self, team, arguments)

    def new_trigger(self, user: str) -> str:
        """The right to open a modal."""
        number = f"{next(self._numbers)}.fake"
        self.triggers[number] = Trigger(user, self.clock.now())
        return number

    def new_hook(self, channel: Channel, user: Member, message: Message | None = None) -> str:
        """A response address."""
        number = f"hook{next(self._numbers)}"
        self.hooks[number] = Hook(message, channel, user, self.clock.now())
        return f"{self.url}/hooks/{number}"

    def new_code(self, team_id: str | None) -> str:
        """A code that oauth.v2.access turns into tokens once."""
        team = self.teams.get(team_id or "") or self.workspace("New workspace")
        code = f"code-{next(self._numbers)}"
        self.codes[code] = team
        return code

    def keep_view(self, team: Team, view: Json, *, number: str | None = None) -> Json:
        """A view as Slack gives it back."""
        values = view.get("state") or {"values": {}}
        own = number or team.next_id("V")
        names = {"id": own, "team_id": team.id, "app_id": team.app_id, "bot_id": team.bot.bot_id}
        places = {"root_view_id": own, "previous_view_id": None, "app_installed_team_id": team.id}
        texts = {"private_metadata": "", "callback_id": "", "external_id": ""}
        return {**texts, **view, **names, **places, "state": values, "hash": "1.fake"}

    def respond(self, number: str, body: Json) -> None:
        """What the app sends to a response address."""
        hook = self.hooks.get(number)
        if hook is None or hook.uses >= HOOK_USES or self.clock.now() - hook.at > HOOK_SECONDS:
            raise SlackError("used_url" if hook and hook.uses >= HOOK_USES else "expired_url")
        hook.uses += 1
        if body.get("delete_original") and hook.message is not None:
            hook.message.deleted = True
        elif body.get("replace_original") and hook.message is not None:
            hook.message.text = str(body.get("text", ""))
            hook.message.blocks = Checker().check(body.get("blocks") or [])
        else:
            self.show_answer(hook.channel, hook.user, body)
        self.touch()

    def show_answer(self, channel: Channel, user: Member, body: Json) -> Message:
        """An answer to a command or click: only for the one who asked unless it says otherwise."""
        team, blocks = user.team, Checker().check(body.get("blocks") or [])
        message = Message(team.next_ts(), channel, team.bot, str(body.get("text", "")), blocks)
        if body.get("response_type") == "in_channel":
            channel.messages[message.ts] = message
        else:
            message.only_for = user.id
            channel.ephemerals.append(message)
        self.touch()
        return message

    def _team(self, token: str) -> Team:
        if not token:
            raise SlackError("not_authed")
        for team in self.teams.values():
            if team.token == token:
                if team.installed != "yes":
                    refusals = {"uninstalled": "account_inactive", "revoked": "token_revoked"}
                    raise SlackError(refusals[team.installed])
                return team
        raise SlackError("not_allowed_token_type" if token == self.app_token else "invalid_auth")


@asynccontextmanager
async def serve_slack(
    slack: FakeSlack, port: int | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[FakeSlack]:
    """Serve on loopback; `slack.url` + "/api/" is the address to give the web client."""
    server = TestServer(application(slack), host=host, port=port)
    await server.start_server()
    slack.url = str(server.make_url("")).rstrip("/")
    try:
        yield slack
    finally:
        await slack.close()
        await server.close()
