"""One engine and one action server for all conversations, over a shop that is put back before each."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from crm_store.domain.opening_hours import shop_date
from crm_store.migrations import upgrade
from crm_store.seed import seed_demo_shop
from crm_store.sql import open_store
from tests.conversations.assistant import Assistant, Talk
from tools.environments import ENGINE
from tools.model import model_path


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Skips, with the reason, where the engine's environment or the trained model is missing.

    KOTHA_TEST_MODEL names another archive than the one `make run` trained.
    """
    model = Path(os.environ.get("KOTHA_TEST_MODEL") or model_path())
    if not (ENGINE.is_current() and model.exists()):
        pytest.skip("needs the engine's environment and a trained model: `make run` makes both")
    database = tmp_path_factory.mktemp("shop") / "kotha.sqlite3"
    url = f"sqlite:///{database}"
    upgrade(url)
    asyncio.run(seed_demo_shop(url, today=shop_date(datetime.now(UTC))))
    with Assistant(database, model) as running:
        yield running


@pytest.fixture
async def talk(assistant: Assistant) -> AsyncIterator[Talk]:
    """A customer's end of the line; nothing an earlier conversation changed is left."""
    assistant.restore_store()
    store = await open_store(assistant.database_url)
    async with aiohttp.ClientSession() as http:
        yield Talk(store, http, assistant.engine_url)
    await store.close()
