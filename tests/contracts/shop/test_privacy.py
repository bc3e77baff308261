"""Everything of one customer, handed over whole and erased without a trace; on both databases."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa

from crm_store.domain.attachments import Attachment, Uploader, place_of
from crm_store.domain.errors import MergedInto, UnknownCustomer
from crm_store.privacy import FolderInUse, erase_customer, export_customer
from crm_store.privacy.__main__ import main
from crm_store.sql import SqlStore
from crm_store.sql.compacting import compact
from crm_store.sql.tables import audit_log, conversations, customers, dead_letters, metadata
from crm_store.use_cases.attachments import keep_attachment
from crm_store.use_cases.search_index import index_new_messages
from tests.contracts.shop.talking import talk
from tests.contracts.shop.visitors import enter

pytestmark = pytest.mark.rules("G7")

REF = "rahima"
WORDS = "my unmistakable heirloom zephyrquilt"
PICTURE = b"\x89PNG a picture of the zephyrquilt"


@dataclass(frozen=True)
class Home:
    """The shop with a customer who has a bit of everything."""

    store: SqlStore
    url: str
    attachments: Path
    customer: UUID

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        async with self.store.read() as uow:
            return {
                table.name: [
                    dict(row._mapping) for row in (await uow.connection.execute(sa.select(table))).all()
                ]
                for table in metadata.sorted_tables
            }


@pytest.fixture
async def home(store: SqlStore, store_url: str, tmp_path: Path) -> Home:
    conversation = await enter(store, REF)
    await talk(store, conversation, WORDS, "ask_product")
    made = Attachment(uuid4(), "quilt.png", "image/png", len(PICTURE), 4, 3, "0" * 64, uuid4().hex)
    place = tmp_path / "attachments" / place_of(made.stored_as)
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    async with store.begin() as uow:
        found = await uow.connection.execute(sa.select(customers.c.id).where(customers.c.external_ref == REF))
        customer = UUID(str(found.scalar_one()))
        of_talk = sa.select(conversations.c.identity_id).where(conversations.c.id == conversation)
        identity = (await uow.connection.execute(of_talk)).scalar_one()
        letter = {"channel": "web", "account": "test", "reason": "not JSON", "size": 9, "at": uow.now}
        await uow.connection.execute(
            dead_letters.insert().values({**letter, "body": f'{{"from": "{identity}"'.encode()})
        )
        await uow.connection.execute(dead_letters.insert().values({**letter, "body": b"somebody else"}))
        facts = {"customer": str(customer)}
        await uow.connection.execute(audit_log.insert().values(at=uow.now, kind="customers.get", facts=facts))
        await uow.commit()
    await keep_attachment(store, made, Uploader(identity_id=identity))
    while await index_new_messages(store):
        pass
    return Home(store, store_url, tmp_path / "attachments", customer)


async def traces(home: Home) -> set[str]:
    """All that tells of the customer: names, numbers, addresses, and the ids of all their rows."""
    folder = home.attachments.parent / f"traces-{uuid4().hex}"
    await export_customer(home.store, REF, output=folder, attachments=home.attachments)
    tables = orjson.loads((folder / "data.json").read_bytes())["tables"]
    [customer] = tables["customers"]
    told = {customer[name] for name in ("id", "external_ref", "email", "phone", "name", "name_bn")}
    told |= {row["id"] for rows in tables.values() for row in rows if isinstance(row.get("id"), str)}
    told |= {row["number"] for row in tables["orders"]} | {row["line"] for row in tables["addresses"]}
    return {each for each in told if each} | {"zephyrquilt"}


def text_of(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=_text, option=orjson.OPT_NON_STR_KEYS).decode()


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


async def test_an_export_holds_what_every_table_has_of_the_customer(home: Home, tmp_path: Path) -> None:
    output = tmp_path / "export"
    output.mkdir(mode=0o755)
    done = await export_customer(home.store, REF, output=output, attachments=home.attachments)
    assert output.stat().st_mode & 0o077 == 0
    exported = orjson.loads((output / "data.json").read_bytes())
    everything = await home.rows()
    mine = str(home.customer)
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is customers and key.parent.name == "customer_id":
                wanted = [row for row in everything[table.name] if str(row["customer_id"]) == mine]
                assert len(exported["tables"].get(table.name, [])) >= len(wanted), table.name
    assert {"orders", "order_lines", "messages", "interactions", "addresses"} <= set(exported["tables"])
    assert WORDS in {row["text"] for row in exported["tables"]["messages"]}
    assert (done.files, done.missing) == (1, 0)
    [copied] = (output / "attachments").iterdir()
    assert copied.read_bytes() == PICTURE
    assert "রাখা" in (output / "README.md").read_text(encoding="utf-8")
    assert "token_hash" not in (output / "data.json").read_text(encoding="utf-8")


async def test_an_export_holds_nothing_of_others(home: Home, tmp_path: Path) -> None:
    await export_customer(home.store, REF, output=tmp_path / "export", attachments=home.attachments)
    exported = (tmp_path / "export" / "data.json").read_text(encoding="utf-8")
    others = [row for row in (await home.rows())["customers"] if row["id"] != home.customer]
    assert len(others) > 50
    assert not [row["email"] for row in others if row["email"] and f'"{row["email"]}"' in exported]
    assert not [row["id"] for row in others if str(row["id"]) in exported]


async def test_an_erased_customer_is_in_no_table_and_no_file(home: Home) -> None:
    told = await traces(home)
    before = await home.rows()
    assert len(told) > 20
    erased = await erase_customer(home.store, REF, attachments=home.attachments)
    assert erased.files == 1
    for name, rows in (await home.rows()).items():
        text = text_of(rows)
        assert [each for each in told if f'"{each}"' in text or "zephyrquilt" in text] == [], name
    assert [path for path in home.attachments.rglob("*") if path.is_file()] == []
    after = await home.rows()
    assert len(after["customers"]) == len(before["customers"]) - 1
    assert len(after["dead_letters"]) == len(before["dead_letters"]) - 1, "the other letter stays"
    assert sum(map(len, before.values())) - sum(map(len, after.values())) == sum(erased.rows.values()) + 1


async def test_the_journal_says_how_many_and_of_nobody(home: Home) -> None:
    erased = await erase_customer(home.store, REF, attachments=home.attachments)
    [line] = [row for row in (await home.rows())["audit_log"] if row["kind"] == "privacy.erase"]
    assert (line["agent_id"], line["customer_id"], line["conversation_id"]) == (None, None, None)
    assert line["facts"] == {"rows": dict(sorted(erased.rows.items()))}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # PostgreSQL's own vacuum clears its pages
async def test_a_compacted_file_has_no_byte_of_them(home: Home) -> None:
    told = await traces(home)
    await erase_customer(home.store, REF, attachments=home.attachments)
    await home.store.close()
    assert compact(home.url)
    file = Path(home.url.removeprefix("sqlite:///"))
    raw = b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))
    unmistakable = [each for each in told if "@" in each or "zephyr" in each or "+" in each]
    assert len(unmistakable) >= 2
    assert [each for each in unmistakable if each.encode() in raw] == []


async def test_a_merged_customer_is_not_erased_by_halves(home: Home) -> None:
    async with home.store.begin() as uow:
        other = sa.select(customers.c.id).where(customers.c.external_ref == "tanvir")
        kept = (await uow.connection.execute(other)).scalar_one()
        merged = customers.update().where(customers.c.id == home.customer).values(merged_into=kept)
        await uow.connection.execute(merged)
        await uow.commit()
    with pytest.raises(MergedInto):
        await erase_customer(home.store, REF, attachments=home.attachments)
    await erase_customer(home.store, "tanvir", attachments=home.attachments)
    assert not {home.customer, kept} & {row["id"] for row in (await home.rows())["customers"]}


async def test_nobody_is_erased_by_mistake(home: Home, tmp_path: Path) -> None:
    before = await home.rows()
    for ref in ("nobody", str(uuid4()), "", "%"):
        with pytest.raises(UnknownCustomer):
            await erase_customer(home.store, ref, attachments=home.attachments)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "a").touch()
    with pytest.raises(FolderInUse):
        await export_customer(home.store, REF, output=tmp_path / "used", attachments=home.attachments)
    assert await home.rows() == before


async def test_the_commands_say_what_they_did(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [REF, "--database", home.url, "--attachments", str(home.attachments)]
    assert await asyncio.to_thread(main, ["export", *where, "--output", str(tmp_path / "e")]) == 0
    assert "1 files are in" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["erase", *where]) == 1
    assert "--yes" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["erase", *where, "--yes"]) == 0
    assert "1 files are gone" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["erase", *where, "--yes"]) == 1
    assert "No customer" in capsys.readouterr().err
