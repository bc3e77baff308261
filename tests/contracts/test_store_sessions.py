"""Web sessions over both databases: hashed, renewed, replaced, identified by the rules of W4."""

import asyncio

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import BadSession, SessionExpired
from crm_store.domain.sessions import ANONYMOUS_LIFETIME, IDENTIFIED_LIFETIME, TOKEN_BYTES, WebSession
from crm_store.sql import SqlStore
from crm_store.sql.tables import channel_identities, customers, web_sessions
from crm_store.use_cases.sessions import (
    access_web_session,
    identify_web_session,
    open_web_session,
    renew_web_session,
)
from tests.contracts.conftest import Clock
from tests.contracts.conversing import WIDGET, make_customer, make_visitor

AT_ONCE = 8


async def test_a_new_session_is_anonymous_and_has_a_conversation(store: SqlStore) -> None:
    session = await open_web_session(store, widget=WIDGET)
    assert (session.identified, session.customer) == (False, None)
    assert await access_web_session(store, widget=WIDGET, token=session.token) == session


@pytest.mark.rules("W3")
async def test_a_token_is_long_and_only_its_hash_is_kept(store: SqlStore) -> None:
    session = await open_web_session(store, widget=WIDGET)
    assert len(session.token) * 6 >= TOKEN_BYTES * 8
    async with store.read() as uow:
        kept = (await uow.connection.execute(sa.select(web_sessions))).one()
    assert session.token.encode() not in bytes(kept.token_hash)
    assert session.token not in str(tuple(kept))


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000, "\ud800", "বাংলা"])
async def test_an_unknown_token_is_refused(store: SqlStore, token: str) -> None:
    await open_web_session(store, widget=WIDGET)
    with pytest.raises(BadSession):
        await access_web_session(store, widget=WIDGET, token=token)
    with pytest.raises(BadSession):
        await renew_web_session(store, widget=WIDGET, token=token)


async def test_a_token_of_another_widget_is_refused(store: SqlStore) -> None:
    session = await open_web_session(store, widget="other")
    with pytest.raises(BadSession):
        await access_web_session(store, widget=WIDGET, token=session.token)


async def test_a_session_expires(store: SqlStore, clock: Clock) -> None:
    session = await open_web_session(store, widget=WIDGET)
    assert session.expires_at == clock.time + ANONYMOUS_LIFETIME
    clock.advance(ANONYMOUS_LIFETIME.total_seconds())
    for use in (access_web_session, renew_web_session):
        with pytest.raises(SessionExpired):
            await use(store, widget=WIDGET, token=session.token)


async def test_renewing_keeps_token_and_conversation_and_lives_longer(store: SqlStore, clock: Clock) -> None:
    session = await open_web_session(store, widget=WIDGET)
    clock.advance(ANONYMOUS_LIFETIME.total_seconds() - 1)
    renewed = await renew_web_session(store, widget=WIDGET, token=session.token)
    assert (renewed.token, renewed.conversation_id) == (session.token, session.conversation_id)
    clock.advance(ANONYMOUS_LIFETIME.total_seconds() - 1)
    assert await access_web_session(store, widget=WIDGET, token=session.token) == renewed


@pytest.mark.rules("W4")
async def test_identifying_gives_a_new_token_and_ends_the_old_one(store: SqlStore, clock: Clock) -> None:
    anonymous = await make_visitor(store)
    known = (await anonymous.log_in("rahima")).session
    assert known.token != anonymous.session.token
    assert known.identified
    assert known.customer is not None
    assert (known.customer.name, known.customer.name_bn) == ("Rahima", "রহিমা")
    assert known.expires_at == clock.time + IDENTIFIED_LIFETIME
    with pytest.raises(BadSession):
        await access_web_session(store, widget=WIDGET, token=anonymous.session.token)
    assert await access_web_session(store, widget=WIDGET, token=known.token) == known


@pytest.mark.rules("W4")
async def test_an_anonymous_conversation_goes_along_with_its_messages(store: SqlStore) -> None:
    anonymous = await make_visitor(store)
    await anonymous.write("where is my order?")
    known = await anonymous.log_in("rahima")
    assert known.conversation_id == anonymous.conversation_id
    assert await known.texts() == ["where is my order?"]
    await known.write("and now?")


@pytest.mark.rules("W4")
async def test_a_customer_with_an_open_conversation_goes_back_to_it(store: SqlStore) -> None:
    earlier = await make_customer(store, "rahima")
    await earlier.write("yesterday")
    anonymous = await make_visitor(store)
    await anonymous.write("today, not yet logged in")
    known = await anonymous.log_in("rahima")
    assert known.conversation_id == earlier.conversation_id
    assert await known.texts() == ["yesterday"]
    assert await anonymous.texts() == ["today, not yet logged in"]


@pytest.mark.rules("W4", "CH6")
async def test_another_customer_on_the_same_browser_gets_a_conversation_of_their_own(
    store: SqlStore,
) -> None:
    rahima = await make_customer(store, "rahima")
    await rahima.write("private")
    tanvir = await rahima.log_in("tanvir", name="Md. Tanvir Ahmed")
    assert tanvir.conversation_id != rahima.conversation_id
    assert await tanvir.texts() == []
    assert tanvir.session.customer is not None
    assert tanvir.session.customer.name == "Tanvir"
    back = await tanvir.log_in("rahima")
    assert back.conversation_id == rahima.conversation_id


async def test_the_other_customer_goes_back_to_their_own_open_conversation(store: SqlStore) -> None:
    tanvir = await make_customer(store, "tanvir")
    rahima = await make_customer(store, "rahima")
    assert (await rahima.log_in("tanvir")).conversation_id == tanvir.conversation_id


async def test_identifying_again_as_the_same_customer_keeps_the_conversation(store: SqlStore) -> None:
    rahima = await make_customer(store, "rahima")
    again = await rahima.log_in("rahima")
    assert again.conversation_id == rahima.conversation_id
    assert again.session.token != rahima.session.token


async def test_an_unknown_subject_becomes_a_customer_once(store: SqlStore) -> None:
    await make_customer(store, "rahima")
    await make_customer(store, "rahima")
    assert await _count(store, customers) == 1


async def test_a_known_customer_keeps_the_name_on_record(store: SqlStore) -> None:
    await make_customer(store, "rahima")
    again = await (await make_visitor(store)).log_in("rahima", name="Somebody Else")
    assert again.session.customer is not None
    assert again.session.customer.name == "Rahima"


async def test_a_log_in_without_a_name_is_called_by_its_subject(store: SqlStore) -> None:
    session = await open_web_session(store, widget=WIDGET)
    known = await identify_web_session(store, widget=WIDGET, token=session.token, subject="u-17")
    assert known.customer is not None
    assert (known.customer.name, known.customer.name_bn) == ("u-17", None)


async def test_an_expired_session_cannot_identify(store: SqlStore, clock: Clock) -> None:
    anonymous = await make_visitor(store)
    clock.advance(ANONYMOUS_LIFETIME.total_seconds())
    with pytest.raises(SessionExpired):
        await anonymous.log_in("rahima")
    assert await _count(store, customers) == 0


async def test_one_token_identifies_once_however_often_it_is_sent(store: SqlStore) -> None:
    anonymous = await make_visitor(store)
    attempts = [_log_in(store, anonymous.session.token) for _ in range(AT_ONCE)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, WebSession) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, BadSession) for outcome in outcomes) == AT_ONCE - 1


@pytest.mark.rules("W4")
async def test_many_tabs_that_log_in_at_once_end_in_one_conversation(store: SqlStore) -> None:
    tabs = [await make_visitor(store) for _ in range(AT_ONCE)]
    sessions = await asyncio.gather(*(_log_in(store, tab.session.token) for tab in tabs))
    assert len({session.conversation_id for session in sessions}) == 1
    assert len({session.token for session in sessions}) == AT_ONCE
    assert await _count(store, customers) == 1
    assert await _count(store, channel_identities) == AT_ONCE + 1


async def _log_in(store: SqlStore, token: str) -> WebSession:
    return await identify_web_session(store, widget=WIDGET, token=token, subject="rahima", name="Rahima")


async def _count(store: SqlStore, table: sa.Table) -> int:
    async with store.read() as uow:
        counted = await uow.connection.execute(sa.select(sa.func.count()).select_from(table))
    return int(counted.scalar_one())
