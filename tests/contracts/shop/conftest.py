"""The contract fixtures over a database that holds the demo shop already; tests copy it."""

import asyncio
from pathlib import Path

import pytest

from crm_store.migrations import upgrade
from crm_store.seed import seed_demo_shop
from tests.contracts.conftest import _administer
from tests.contracts.postgres import database_url
from tests.contracts.shop.visitors import TODAY

SHOP_TEMPLATE = "kotha_shop_template"


@pytest.fixture(scope="session")
def postgres_template(postgres_home: str) -> str:
    asyncio.run(_administer(postgres_home, f"CREATE DATABASE {SHOP_TEMPLATE}"))
    url = database_url(postgres_home, SHOP_TEMPLATE)
    upgrade(url)
    asyncio.run(seed_demo_shop(url, today=TODAY))
    return SHOP_TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "store.sqlite3"
    upgrade(f"sqlite:///{path}")
    asyncio.run(seed_demo_shop(f"sqlite:///{path}", today=TODAY))
    return path
