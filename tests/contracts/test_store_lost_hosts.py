"""PostgreSQL lets go of what a host held that lost its power."""

import asyncio

import pytest
import sqlalchemy as sa

from crm_store.domain.errors import StoreUnavailable
from crm_store.sql import open_store, postgres
from crm_store.sql.tables import conversations
from tests.contracts.conversing import make_visitor

WITHIN_SECONDS = 5.0
pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("store_url", ["postgres"], indirect=True)]


@pytest.mark.rules("G1")
async def test_a_row_locked_by_somebody_who_says_nothing_more_is_free_again(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres.LOST_HOSTS, "idle_in_transaction_session_timeout", "300ms")
    lost, other = await open_store(store_url), await open_store(store_url)
    visitor = await make_visitor(other)
    own = conversations.c.id == visitor.conversation_id
    with pytest.raises(StoreUnavailable):
        async with lost.begin() as silent:
            await silent.connection.execute(sa.select(conversations.c.id).where(own).with_for_update())
            async with asyncio.timeout(WITHIN_SECONDS):
                await visitor.write("hello")
    assert await visitor.texts() == ["hello"]
    await lost.close()
    await other.close()


async def test_connections_say_so_to_the_server(store_url: str) -> None:
    store = await open_store(store_url)
    async with store.read() as uow:
        limit = await uow.connection.execute(sa.text("SHOW idle_in_transaction_session_timeout"))
        assert limit.scalar_one() == "10s"
    await store.close()
