"""What PostgreSQL tells other processes of a commit: at once, only after it, and never a word of the text."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import asyncpg  # type: ignore[import-untyped]
import pytest

from crm_store.domain.hints import ConversationHint, Hint, NoteHint, OutboxHint, SeenHint
from crm_store.sql import SqlStore, open_store
from crm_store.sql.hints import CHANNEL
from crm_store.use_cases.agent_messages import mark_seen_by_customer
from crm_store.use_cases.notes import add_note
from crm_store.use_cases.turns import claim_turn, commit_turn, release_turn
from tests.agents import make_agent
from tests.contracts.conversing import answer, claim, make_visitor
from tests.contracts.telegraphing import make_person

SECRET = "my number is 01711000000"
WITHIN_SECONDS = 5.0
pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("store_url", ["postgres"], indirect=True)]


class Ear:
    """What one process hears of the others."""

    def __init__(self) -> None:
        self.heard: list[Hint] = []
        self.listening = asyncio.Event()
        self.losses = 0
        self._news = asyncio.Event()

    def tell(self, hint: Hint) -> None:
        self.heard.append(hint)
        self._news.set()

    def note(self, listening: bool) -> None:
        if listening:
            self.listening.set()
        else:
            self.losses += self.listening.is_set()
            self.listening.clear()

    async def hears(self, check: Callable[[Hint], bool]) -> Hint:
        """The first hint that is like this."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                self._news.clear()
                for hint in self.heard:
                    if check(hint):
                        return hint
                await self._news.wait()


@pytest.fixture
async def ear(store_url: str) -> AsyncIterator[Ear]:
    other, ear = await open_store(store_url), Ear()
    source = other.hints()
    assert source is not None
    following = asyncio.create_task(source.follow(ear.tell, ear.note))
    async with asyncio.timeout(WITHIN_SECONDS):
        await ear.listening.wait()
    yield ear
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await other.close()


async def _payloads(url_home: str, database: str, deed: Callable[[], Awaitable[object]]) -> list[str]:
    """What is really sent while something is done."""
    connection = await asyncpg.connect(host=url_home, user="kotha", database=database)
    heard: list[str] = []
    await connection.add_listener(CHANNEL, lambda *said: heard.append(said[3]))
    await deed()
    await connection.execute("SELECT 1")
    await connection.close()
    return heard


async def test_a_message_is_told_with_its_place_and_that_a_turn_waits(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write(SECRET)
    hint = await ear.hears(lambda hint: isinstance(hint, ConversationHint))
    assert hint == ConversationHint(visitor.conversation_id, 1, waits=True, moved=False)


async def test_a_reply_is_told_and_wants_no_turn(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    await commit_turn(store, await claim(store), answer("hi"), keep_lease=False)
    hint = await ear.hears(lambda hint: isinstance(hint, ConversationHint) and hint.last_seq == 2)
    assert hint == ConversationHint(visitor.conversation_id, 2, waits=False, moved=False)


async def test_a_claim_is_told_to_nobody_and_giving_it_back_is(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    await ear.hears(lambda hint: isinstance(hint, ConversationHint))
    ear.heard.clear()
    taken = await claim_turn(store, lease_seconds=60, conversation_id=visitor.conversation_id)
    assert taken is not None
    await release_turn(store, taken)
    await ear.hears(lambda hint: isinstance(hint, ConversationHint) and hint.waits)
    assert len(ear.heard) == 1


async def test_what_is_rolled_back_was_never_told(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    await ear.hears(lambda hint: isinstance(hint, ConversationHint))
    ear.heard.clear()
    with pytest.raises(RuntimeError):
        async with store.begin() as uow:
            await uow.handling.see_by_customer(visitor.conversation_id, 1)
            raise RuntimeError
    await visitor.write("again")
    await ear.hears(lambda hint: isinstance(hint, ConversationHint))
    assert not [hint for hint in ear.heard if isinstance(hint, SeenHint)]


async def test_how_far_a_customer_has_read_is_told(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    await mark_seen_by_customer(store, visitor.conversation_id, seq=1)
    assert await ear.hears(lambda hint: isinstance(hint, SeenHint)) == SeenHint(visitor.conversation_id, 1)


async def test_an_agents_note_is_told_by_its_id(store: SqlStore, ear: Ear) -> None:
    visitor = await make_visitor(store)
    await visitor.write("hello")
    agent = await make_agent(store)
    note = await add_note(store, visitor.conversation_id, agent_id=agent.id, text=SECRET)
    hint = await ear.hears(lambda hint: isinstance(hint, NoteHint))
    assert hint == NoteHint(visitor.conversation_id, note.id)


async def test_what_waits_for_a_platform_is_told_by_its_channel(store: SqlStore, ear: Ear) -> None:
    await make_person(store).write("hello")
    await commit_turn(store, await claim(store), answer("hi"), keep_lease=False)
    assert await ear.hears(lambda hint: isinstance(hint, OutboxHint)) == OutboxHint("telegram")


async def test_no_word_of_a_text_leaves_the_transaction(
    store: SqlStore, postgres_home: str, postgres_database: str
) -> None:
    visitor = await make_visitor(store)

    async def talk() -> None:
        await visitor.write(SECRET)
        await commit_turn(store, await claim(store), answer(SECRET), keep_lease=False)

    said = await _payloads(postgres_home, postgres_database, talk)
    assert len(said) == 2
    assert not [payload for payload in said if "01711" in payload]


async def test_a_process_does_not_listen_to_itself(store: SqlStore) -> None:
    ear, source = Ear(), store.hints()
    assert source is not None
    following = asyncio.create_task(source.follow(ear.tell, ear.note))
    await asyncio.wait_for(ear.listening.wait(), WITHIN_SECONDS)
    await (await make_visitor(store)).write("hello")
    await asyncio.sleep(0.2)
    following.cancel()
    assert ear.heard == []


async def test_a_connection_that_is_cut_is_made_again(
    store: SqlStore, ear: Ear, postgres_home: str, postgres_database: str
) -> None:
    connection = await asyncpg.connect(host=postgres_home, user="kotha", database=postgres_database)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
    )
    await connection.close()
    async with asyncio.timeout(WITHIN_SECONDS):
        while not ear.losses:  # noqa: ASYNC110  the loss is noticed elsewhere
            await asyncio.sleep(0.01)
        await ear.listening.wait()
    await (await make_visitor(store)).write("hello")
    await ear.hears(lambda hint: isinstance(hint, ConversationHint))
