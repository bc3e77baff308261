"""The webhook's answers: what is taken, what is refused, and that nothing blocks a chat (TG1-TG6, TG11)."""

import io
import json
from typing import Any

import pytest
from aiohttp import ClientSession

from crm_store.domain.errors import StoreUnavailable
from crm_store.use_cases.platforms import list_dead_letters
from tests.integration.conftest import eventually
from tests.integration.telegram.conftest import SECRET, Shop

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def post(shop: Shop, http: ClientSession, body: Any, secret: str | None = SECRET) -> tuple[int, bytes]:
    """One delivery by hand; the status and the body of the answer."""
    raw = body if isinstance(body, bytes | io.BytesIO) else json.dumps(body).encode()
    headers = {HEADER: secret} if secret is not None else {}
    async with http.post(shop.webhook, data=raw, headers=headers) as answer:
        return answer.status, await answer.read()


def said(number: int, text: str = "hello") -> dict[str, Any]:
    """An update with a text."""
    sender = {"id": 7, "is_bot": False, "first_name": "Karim"}
    message = {
        "message_id": number,
        "from": sender,
        "chat": {"id": 7, "type": "private"},
        "date": 1_800_000_000,
    }
    return {"update_id": number, "message": {**message, "text": text}}


@pytest.mark.rules("TG1")
@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "s\u00e9cret"])
async def test_what_is_not_telegrams_is_refused_and_changes_nothing(
    shop: Shop, http: ClientSession, secret: str | None
) -> None:
    assert (await post(shop, http, said(1), secret))[0] == 401
    assert shop.count("messages_accepted", channel="telegram") == 0


async def test_a_bot_we_do_not_run_is_not_found(shop: Shop, http: ClientSession) -> None:
    async with http.post(f"{shop.running.base}/api/telegram/999/webhook", headers={HEADER: SECRET}) as answer:
        assert answer.status == 404


async def test_a_huge_body_is_refused(shop: Shop, http: ClientSession) -> None:
    assert (await post(shop, http, io.BytesIO(b"[" * (1024 * 1024 + 1))))[0] == 413


@pytest.mark.rules("TG5", "TG6", "CH1")
async def test_an_update_is_taken_with_an_empty_answer(shop: Shop, http: ClientSession) -> None:
    assert await post(shop, http, said(1)) == (200, b"")
    assert shop.count("messages_accepted", channel="telegram") == 1


@pytest.mark.rules("TG2", "CH2", "G4")
async def test_the_same_update_many_times_is_one_turn(shop: Shop, http: ClientSession) -> None:
    for _ in range(4):
        assert await post(shop, http, said(1)) == (200, b"")
    await eventually(lambda: len(shop.engine.questions) == 1)
    assert shop.count("messages_duplicate", channel="telegram") == 3


@pytest.mark.rules("TG2")
async def test_ids_may_jump_and_go_back(shop: Shop, http: ClientSession) -> None:
    for number in (5_000_000, 1, 5_000_001):
        await post(shop, http, said(number, f"message {number}"))
    await eventually(lambda: len(shop.engine.questions) == 3)


@pytest.mark.rules("TG4", "TG11")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"update_id": 1}',
        b'{"update_id": 1, "a_kind_of_the_future": {"x": 1}}',
        b'{"update_id": 1, "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,'
        b' "is_closed": true, "is_anonymous": true, "type": "regular", "allows_multiple_answers": false,'
        b' "allows_revoting": false, "members_only": false}}',
    ],
)
async def test_updates_without_a_message_are_taken_and_ignored(
    shop: Shop, http: ClientSession, body: bytes
) -> None:
    assert await post(shop, http, body) == (200, b"")
    assert not await list_dead_letters(shop.store)


@pytest.mark.rules("TG4")
@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff\xfe\x00",
        b'"text"',
        b"17",
        b'[{"update_id": 1}]',
        b'{"update_id": "one"}',
        b'{"message": {}}',
        b'{"update_id": 1, "message": {"message_id": "one", "chat": [], "date": null, "text": 7}}',
        b'{"update_id": 1, "message": "hello"}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ],
)
async def test_poison_is_taken_and_kept_for_a_look(shop: Shop, http: ClientSession, body: bytes) -> None:
    assert await post(shop, http, body) == (200, b"")
    assert [letter.channel for letter in await list_dead_letters(shop.store)] == ["telegram"]


@pytest.mark.rules("TG4", "TG3")
async def test_poison_does_not_block_the_chat_behind_it(shop: Shop) -> None:
    shop.telegram.poison(shop.rahima.chat)
    await shop.rahima.says("still there?")
    await shop.telegram.settled()
    assert await shop.rahima.hears(1) == ["You said: still there?"]
    assert len(await list_dead_letters(shop.store)) == 1


@pytest.mark.rules("TG4")
async def test_a_defect_of_ours_does_not_block_a_chat(
    shop: Shop, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_given: object) -> None:
        raise LookupError("a defect")

    monkeypatch.setattr("bot.inbox.receive", broken)
    assert await post(shop, http, said(1)) == (200, b"")
    assert [letter.reason for letter in await list_dead_letters(shop.store)] == ["a defect of the service"]


@pytest.mark.rules("TG4", "CH1")
async def test_while_the_store_is_away_updates_wait_at_telegram(
    shop: Shop, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_given: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr("bot.inbox.receive", away)
        async with http.post(shop.webhook, json=said(1), headers={HEADER: SECRET}) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert await post(shop, http, said(1)) == (200, b"")
    await eventually(lambda: len(shop.engine.questions) == 1)


@pytest.mark.rules("TG3", "CH3", "G2")
async def test_answers_keep_the_order_of_a_chats_messages(shop: Shop) -> None:
    for number in range(5):
        await shop.rahima.says(f"message {number}")
    assert await shop.rahima.hears(5) == [f"You said: message {number}" for number in range(5)]


@pytest.mark.rules("TG2", "TG3", "G4")
async def test_copies_and_lost_answers_are_one_turn_each(shop: Shop) -> None:
    shop.telegram.courier.copies = 3
    shop.telegram.courier.lose_answers = 2
    people = [shop.telegram.person(f"P{number}") for number in range(6)]
    for person in people:
        await person.says("first")
        await person.says("second")
    await shop.telegram.courier.retry_now()
    await shop.telegram.settled()
    for person in people:
        assert await person.hears(2) == ["You said: first", "You said: second"]
    assert len(shop.engine.questions) == 12
    assert not shop.telegram.ledger.breaches


@pytest.mark.rules("CH7")
async def test_words_and_secrets_are_not_logged(
    shop: Shop, http: ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    await post(shop, http, said(1, "my secret words"))
    await post(shop, http, b"poison with secret words")
    await eventually(lambda: len(shop.engine.questions) == 1)
    logged = capsys.readouterr()
    for secret in ("secret words", SECRET, shop.telegram.token.partition(":")[2]):
        assert secret not in logged.out + logged.err


@pytest.mark.rules("TG4")
@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": 2**70},
        {"message_id": -1},
        {"date": 0},
        {"chat": {"id": 2**70, "type": "private"}},
        {"chat": {"id": 7, "type": "a new type"}},
        {"text": "a\0b\u202ec"},
        {"text": "অ" * 100_000},
        {"from": {"id": 7, "is_bot": False, "first_name": "N" * 10_000, "language_code": "x" * 300}},
        {"entities": [{"type": "mention", "offset": -5, "length": 2**40}]},
        {"entities": [{"type": "a new kind", "offset": 0, "length": 1}]},
    ],
)
async def test_strange_updates_are_taken(shop: Shop, http: ClientSession, changes: dict[str, Any]) -> None:
    update = said(1)
    assert await post(shop, http, {**update, "message": {**update["message"], **changes}}) == (200, b"")
    assert not [
        letter for letter in await list_dead_letters(shop.store) if letter.reason.startswith("a defect")
    ]
