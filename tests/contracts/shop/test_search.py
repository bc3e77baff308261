"""Searching in either script; on both databases."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import BadCursor
from crm_store.domain.search import IndexPass, SearchKind
from crm_store.sql import SqlStore
from crm_store.sql.queries import search_index
from crm_store.sql.tables import conversation_words, customer_words, customers, interactions, messages
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.search import search
from crm_store.use_cases.search_index import SETTLED_AFTER, index_new_messages
from tests.contracts.conftest import Clock
from tests.contracts.shop.talking import talk, write
from tests.contracts.shop.visitors import enter, fetch

# Longer than any test takes: the ids tell the machine's time, which goes on.
SETTLED_S = SETTLED_AFTER.total_seconds() + 600


async def index_everything(store: SqlStore) -> None:
    while await index_new_messages(store):
        pass


@pytest.mark.parametrize(
    "words",
    [
        "Rahima",
        "rahima khatun",
        "Rohima",
        "রহিমা",
        "রহিমা খাতুন",
        "khatun rah",
        "রহি",
        "rahima@example.com",
    ],
)
async def test_a_customer_is_found_in_either_script_and_by_the_beginning(store: SqlStore, words: str) -> None:
    await index_everything(store)
    found = await search(store, words, kind=SearchKind.CUSTOMERS)
    assert "Rahima Khatun" in [customer.name for customer in found.customers]


@pytest.mark.parametrize("name", ["tanvir", "তানভীর", "mitali chakma", "মিতালী চাকমা", "chowdhury", "চৌধুরী"])
async def test_spellings_that_differ_find_each_other(store: SqlStore, name: str) -> None:
    await index_everything(store)
    assert (await search(store, name, kind=SearchKind.CUSTOMERS)).customers


async def test_the_last_digits_of_a_phone_are_enough(store: SqlStore) -> None:
    await index_everything(store)
    async with store.read() as uow:
        query = sa.select(customers.c.phone).where(customers.c.external_ref == "rahima")
        phone: str = (await uow.connection.execute(query)).scalar_one()
    digits = "".join(filter(str.isdigit, phone))
    for typed in (digits[-5:], phone, "+88" + digits):
        found = await search(store, typed, kind=SearchKind.CUSTOMERS)
        assert phone in [customer.phone for customer in found.customers], typed


@pytest.mark.parametrize("typed", ["KT-10234", "kt10234", "10234", "১০২৩৪", "কেটি ১০২৩৪"])
async def test_an_order_is_found_by_its_number(store: SqlStore, typed: str) -> None:
    [order] = (await search(store, typed, kind=SearchKind.ORDERS)).orders
    assert (order.number, order.customer.name_bn) == ("KT-10234", "রহিমা খাতুন")


async def test_orders_of_a_customer_are_found_by_the_name_the_newest_first(store: SqlStore) -> None:
    await index_everything(store)
    orders = (await search(store, "রহিমা খাতুন", kind=SearchKind.ORDERS)).orders
    assert len(orders) >= 4
    assert [order.placed_at for order in orders] == sorted((o.placed_at for o in orders), reverse=True)


async def test_what_was_written_is_found_with_its_place(store: SqlStore, clock: Clock) -> None:
    arif = await enter(store, "arif")
    await talk(store, arif, "the pressure cooker whistles all night", "complaint")
    clock.advance(SETTLED_S)
    await index_everything(store)

    [found] = (await search(store, "cooker whistl", kind=SearchKind.CONVERSATIONS)).conversations

    assert (found.id, found.seq, found.customer.name) == (arif, 1, "Arif Chowdhury")
    assert "pressure cooker whistles" in found.snippet


async def test_a_message_is_found_in_the_other_script(store: SqlStore, clock: Clock) -> None:
    mitali = await enter(store, "mitali")
    await write(store, mitali, "আমার জামদানি শাড়ি ছেঁড়া এসেছে")
    clock.advance(SETTLED_S)
    await index_everything(store)
    for typed in ("jamdani", "জামদানি", "jamdani shari"):
        found = (await search(store, typed, kind=SearchKind.CONVERSATIONS)).conversations
        assert mitali in [each.id for each in found], typed


async def test_the_newest_mention_comes_first_and_all_words_must_be_there(
    store: SqlStore, clock: Clock
) -> None:
    older, newer = await enter(store, "arif"), await enter(store, "john")
    await write(store, older, "zebra print cushion")
    clock.advance(60)
    await write(store, newer, "zebra cushion")
    clock.advance(SETTLED_S)
    await index_everything(store)
    both = (await search(store, "zebra", kind=SearchKind.CONVERSATIONS)).conversations
    one = (await search(store, "zebra print", kind=SearchKind.CONVERSATIONS)).conversations
    assert [each.id for each in both] == [newer, older]
    assert [each.id for each in one] == [older]


async def test_pages_of_results_follow_one_another(store: SqlStore) -> None:
    await index_everything(store)
    first = await search(store, "a", kind=SearchKind.CUSTOMERS)
    assert first.customers == ()  # one letter finds nobody
    seen: list[str] = []
    cursor = None
    for _ in range(20):
        page = await search(store, "example", kind=SearchKind.CUSTOMERS, cursor=cursor, limit=7)
        seen += [str(customer.id) for customer in page.customers]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 60


async def test_a_cursor_of_another_kind_is_refused(store: SqlStore) -> None:
    await index_everything(store)
    page = await search(store, "example", kind=SearchKind.CUSTOMERS, limit=1)
    assert page.next_cursor
    with pytest.raises(BadCursor):
        await search(store, "example", kind=SearchKind.ORDERS, cursor=page.next_cursor)


async def test_without_a_kind_the_best_of_each_are_shown(store: SqlStore) -> None:
    await index_everything(store)
    found = await search(store, "rahima")
    assert found.customers
    assert 0 < len(found.orders) <= 5
    assert found.next_cursor is None


@pytest.mark.parametrize(
    "rubbish", ["", "   ", "?!", "\x00", "\ud800", "%_'\"", "💥💥", "a" * 5000, "۝" * 300]
)
async def test_rubbish_finds_nothing_and_breaks_nothing(store: SqlStore, rubbish: str) -> None:
    await index_everything(store)
    found = await search(store, rubbish)
    assert (found.customers, found.orders) == ((), ())


async def test_a_new_name_is_found_and_the_old_one_no_more(store: SqlStore, clock: Clock) -> None:
    await index_everything(store)
    john = await enter(store, "john")
    async with store.begin() as uow:
        party = await uow.customers.find_party(john)
        assert party is not None
        assert party.customer_id is not None
        await uow.customers.save_name(party.customer_id, "Zubair Mahmud", None)
        await uow.interactions.append(Interaction("name_changed", uow.now, party.customer_id))
        await uow.commit()
    clock.advance(SETTLED_S)
    await index_everything(store)
    assert (await search(store, "zubair", kind=SearchKind.CUSTOMERS)).customers
    assert not (await search(store, "gomes", kind=SearchKind.CUSTOMERS)).customers


@pytest.mark.rules("G8")
async def test_lines_that_change_nobodys_words_are_read_once(
    store: SqlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each look would read all that came since somebody last changed a name."""
    monkeypatch.setattr(search_index, "_PASSED_OVER_AT_ONCE", 3)
    await index_everything(store)
    newest = [await _remember(store, "order_delivered") for _ in range(4)][-1]
    await index_new_messages(store)
    assert await _position(store) < newest  # something older may still come
    clock.advance(SETTLED_S)
    await index_new_messages(store)
    assert await _position(store) == newest
    unsettled = await _remember(store, "name_changed")
    await index_new_messages(store)
    assert await _position(store) < unsettled


async def test_a_new_name_is_found_behind_numbers_that_were_left_out(store: SqlStore, clock: Clock) -> None:
    """A database leaves numbers out where something was rolled back: here more than are read at once."""
    await index_everything(store)
    far = await _remember(store, "order_delivered") + 10 * search_index.STRETCH
    renamed = await _remember(store, "name_changed", id=far)
    clock.advance(SETTLED_S)
    assert await index_new_messages(store) == 1
    assert await _position(store) == renamed


async def _remember(store: SqlStore, kind: str, **values: int) -> int:
    """A line in the history of a customer; its number."""
    async with store.begin() as uow:
        whose = sa.select(customers.c.id).where(customers.c.external_ref == "john").scalar_subquery()
        line = {"customer_id": whose, "kind": kind, "at": uow.now, "facts": {}} | values
        added = interactions.insert().values(line).returning(interactions.c.id)
        number = int((await uow.connection.execute(added)).scalar_one())
        await uow.commit()
        return number


async def _position(store: SqlStore) -> int:
    async with store.read() as uow:
        return int((await uow.search.find_positions())[IndexPass.CHANGED_CUSTOMERS])


@pytest.mark.rules("G7")
async def test_whoever_is_erased_is_found_no_more(store: SqlStore, clock: Clock) -> None:
    arif = await enter(store, "arif")
    await write(store, arif, "zebra print cushion")
    clock.advance(SETTLED_S)
    await index_everything(store)
    async with store.begin() as uow:
        await uow.connection.execute(customers.delete().where(customers.c.external_ref == "arif"))
        await uow.commit()
    found = await search(store, "zebra")
    assert found.conversations == ()
    assert not (await search(store, "KT-10205")).orders
    assert "Arif Chowdhury" not in [each.name for each in (await search(store, "arif chowdhury")).customers]


@pytest.mark.rules("G7")
async def test_nothing_of_anybody_is_left_in_the_index(store: SqlStore) -> None:
    await index_everything(store)
    assert await _rows(store, customer_words) > 0
    async with store.begin() as uow:
        await uow.connection.execute(customers.delete())
        await uow.commit()
    assert await _rows(store, customer_words) == 0
    assert await _rows(store, conversation_words) == 0


async def _rows(store: SqlStore, table: sa.Table) -> int:
    async with store.read() as uow:
        query = sa.select(sa.func.count()).select_from(table)
        return int((await uow.connection.execute(query)).scalar_one())


async def test_indexing_twice_changes_nothing(store: SqlStore) -> None:
    await index_everything(store)
    before = await _rows(store, conversation_words)
    assert await index_new_messages(store) == 0
    assert await _rows(store, conversation_words) == before


async def test_a_message_is_indexed_once_nothing_can_come_before_it(store: SqlStore, clock: Clock) -> None:
    clock.time = datetime.now(UTC)  # the ids' clock
    await index_everything(store)
    john = await enter(store, "john")
    await write(store, john, "unmistakable")
    assert await index_new_messages(store) == 0
    clock.advance(SETTLED_S)
    assert await index_new_messages(store) == 1
    assert (await search(store, "unmistak", kind=SearchKind.CONVERSATIONS)).conversations


async def test_on_the_way_it_is_noted_what_a_conversation_is_about(store: SqlStore, clock: Clock) -> None:
    clock.time = datetime.now(UTC)  # the ids' clock
    await index_everything(store)
    arif = await enter(store, "arif")
    await talk(store, arif, "how do i get my money back", "check_refund_policy")
    await talk(store, arif, "i want my money back", "get_refund")
    await talk(store, arif, "you are awful", "complaint")
    clock.advance(SETTLED_S)
    await index_everything(store)
    [row] = await fetch(store, "SELECT topic FROM conversations WHERE id = :of", of=arif)
    assert row.topic == "get_refund"


@pytest.mark.parametrize(
    "odd", [{"intent": "get_refund", "confidence": "sure"}, {"intent": {}, "confidence": 1}, {}]
)
async def test_one_odd_row_does_not_stop_the_index(
    store: SqlStore, clock: Clock, odd: dict[str, object]
) -> None:
    clock.time = datetime.now(UTC)
    await index_everything(store)
    arif = await enter(store, "arif")
    await talk(store, arif, "an unmistakable word", "get_refund")
    async with store.begin() as uow:
        await uow.connection.execute(messages.update().values(understanding=odd))
        await uow.commit()
    clock.advance(SETTLED_S)
    await index_everything(store)
    assert (await search(store, "unmistak", kind=SearchKind.CONVERSATIONS)).conversations
