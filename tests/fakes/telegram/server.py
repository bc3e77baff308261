"""The fake Telegram: a Bot API server with people who write to the bot; see tests/fakes/README.md."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp.test_utils import TestServer

from tests.fakes.clock import Clock, RealClock
from tests.fakes.faults import Faults
from tests.fakes.ledger import Breach, Delivery, Json, Ledger
from tests.fakes.telegram.arguments import Arguments
from tests.fakes.telegram.asking import ASKING
from tests.fakes.telegram.courier import Courier, Update
from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.http import application, broken, rate_limited
from tests.fakes.telegram.people import Click, Person, poison
from tests.fakes.telegram.rates import Limits, Rates
from tests.fakes.telegram.sending import SENDING, Method
from tests.fakes.telegram.world import Chat, Message, Standing, User, World

TOKEN = "123456789:AAFakeTokenOfTheFakeTelegram-000001"
BOT_NAME = "kotha_bot"
METHODS: dict[str, Method] = {name.lower(): method for name, method in (SENDING | ASKING).items()}


class FakeTelegram:
    """One Bot API server with one bot. Make it, serve it with `serve_telegram`, let people do things."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        username: str = BOT_NAME,
        privacy: bool = True,
    ) -> None:
        self.token = token
        self.url = ""
        self.privacy = privacy
        """In groups the bot sees only commands, mentions and answers to it."""
        self.clock: Clock = clock or RealClock()
        self.ledger = Ledger()
        bot = User(int(token.partition(":")[0]), "Kotha", username=username, is_bot=True)
        self.world = World(bot, users={bot.id: bot})
        self.rates = Rates(self.clock, limits or Limits())
        self.faults = Faults(self.clock, rate_limited=rate_limited, broken=broken)
        self.courier = Courier(self.clock, self.ledger, self._run_answer, tell=self.touch)
        self.clicks: dict[str, Click] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.people: dict[int, Person] = {}
        self.polls = 0
        self.revision = 0
        self.closed = False
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)

    # People and places

    def person(self, first_name: str, **details: str | None) -> Person:
        """Somebody new; `last_name`, `username` and `language_code` as you like."""
        user = self.world.add_user(first_name, **details)
        self.people[user.id] = Person(user, self)
        self.world.private(user)
        self.touch()
        return self.people[user.id]

    async def group(
        self, title: str, people: list[Person], *, forum: bool = False, with_bot: bool = True
    ) -> Chat:
        """A group the first of these people opened and put the bot into."""
        chat = self.world.add_group(title, [person.user for person in people], forum=forum)
        if with_bot:
            self.change_standing(chat, people[0].user, "member")
            joined = {"new_chat_members": [self.world.bot.as_json()]}
            await people[0].sends(joined, chat)
        return chat

    async def topic(self, chat: Chat, name: str, by: Person) -> int:
        """A new topic of a forum; its thread's number."""
        content: Json = {"forum_topic_created": {"name": name, "icon_color": 7_322_096}}
        message = self.write(by.user, chat, content)
        chat.topics[message.id] = name
        message.thread = message.id
        self.happens("message", message.as_json(), lane=f"chat:{chat.id}")
        return message.id

    async def upgrade(self, chat: Chat, by: Person) -> Chat:
        """A group becomes a supergroup: its old id answers with the new one from now on (TG7)."""
        new = self.world.upgrade(chat)
        for place, content in (
            (chat, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": chat.id}),
        ):
            self.happens("message", self.write(by.user, place, content).as_json(), lane=f"chat:{place.id}")
        return new

    async def remove_bot(self, chat: Chat, by: Person) -> None:
        """Somebody throws the bot out of a group."""
        self.change_standing(chat, by.user, "kicked")

    # Updates

    def happens(self, kind: str, content: Json, *, lane: str) -> Update | None:
        """Queue an update of any kind; None when the bot did not ask for that kind."""
        update = self.courier.put(kind, lane, content)
        self.touch()
        return update

    def poison(self, chat: Chat, raw: bytes | None = None) -> Update | None:
        """Queue an update nobody can read, in front of what this chat sends next (TG4)."""
        return poison(self, chat, raw)

    def hold(self) -> None:
        """Keep updates back until `release` or `storm`."""
        self.courier.held = True

    def release(self) -> None:
        """Deliver what was held back."""
        self.courier.release()

    async def settled(self, within: float = 30.0) -> None:
        """Wait (real seconds) until the bot has taken every update."""
        await self.courier.settled(within)

    async def storm(
        self, urls: list[str], *, copies: int = 4, seed: int = 1, parallel: int = 40
    ) -> list[Delivery]:
        """Send what is held back `copies` times, shuffled, over several gateways at once (G4)."""
        chance = random.Random(seed)
        letters = [update for update in self.courier.pending.values() for _copy in range(copies)]
        chance.shuffle(letters)
        slots = asyncio.Semaphore(parallel)

        async def send(update: Update) -> Delivery:
            async with slots:
                return await self.courier.post(update, chance.choice(urls))

        deliveries = await asyncio.gather(*(send(update) for update in letters))
        taken = {int(delivery.event) for delivery in deliveries if delivery.accepted}
        for number in taken:
            self.courier.pending.pop(number, None)
        self.courier.changed.set()
        return list(deliveries)

    # What the bot did

    @property
    def sent(self) -> list[Message]:
        """Every message of the bot that still stands, chat after chat."""
        return [message for chat in self.world.chats.values() for message in chat.sent_by_bot]

    @property
    def unanswered_clicks(self) -> list[Click]:
        """Buttons that still turn (TG9)."""
        return [click for click in self.clicks.values() if not click.answered]

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

    # The platform's own work

    async def execute(self, method: str, arguments: Arguments) -> Json:
        """Run one API call; what the answer's body says."""
        run = METHODS.get(method.lower())
        if run is None:
            raise ApiError(404, "Not Found: method not found")
        try:
            return {"ok": True, "result": await run(self, arguments)}
        finally:
            self.touch()

    def write(
        self,
        user: User,
        chat: Chat,
        content: Json,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """A message of a person, without telling the bot."""
        number, date = self.world.next_message_id(chat), int(self.clock.now())
        answered = reply_to.id if reply_to else None
        message = Message(number, chat, user, date, content, thread=thread, reply_to=answered)
        chat.messages[number] = message
        self.touch()
        return message

    def bot_sees(self, message: Message) -> bool:
        """Whether the bot gets this message: in a group, with privacy on, only what concerns it."""
        if message.chat.standing != "member":
            return False
        if message.chat.type == "private" or not self.privacy or "text" not in message.content:
            return message.chat.type == "private" or not self.privacy or "new_chat_members" in message.content
        answered = message.chat.messages.get(message.reply_to or 0)
        called = f"@{self.world.bot.username}".lower() in message.text.lower()
        return called or message.text.startswith("/") or bool(answered and answered.from_bot)

    def change_standing(self, chat: Chat, by: User, standing: Standing) -> None:
        """The bot is let in or thrown out; it hears of it (`my_chat_member`, TG11)."""
        old, chat.standing = chat.standing, standing
        names = {"unknown": "left"}
        states: list[Json] = [
            {"user": self.world.bot.as_json(), "status": names.get(one, one), "until_date": 0}
            for one in (old, standing)
        ]
        event: Json = {"chat": chat.as_json(), "from": by.as_json(), "date": int(self.clock.now())}
        event |= {"old_chat_member": states[0], "new_chat_member": states[1]}
        self.happens("my_chat_member", event, lane=f"chat:{chat.id}")

    def next_number(self) -> int:
        """A number nobody had before."""
        return 5_000_000_000 + next(self._numbers)

    async def _run_answer(self, method: str, values: Json) -> Json:
        try:
            return await self.execute(method, Arguments(values))
        except ApiError as refused:
            return refused.as_json()


@asynccontextmanager
async def serve_telegram(
    telegram: FakeTelegram, port: int | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[FakeTelegram]:
    """Serve on loopback; `telegram.url` is the address to give the bot."""
    server = TestServer(application(telegram), host=host, port=port)
    await server.start_server()
    telegram.url = str(server.make_url("")).rstrip("/")
    try:
        yield telegram
    finally:
        await telegram.close()
        await server.close()
