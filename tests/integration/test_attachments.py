"""Files in conversations, from the upload to who may see them."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, DummyCookieJar, FormData

from bot.channels.web.attachments import UPLOADS
from crm_store.domain.attachments import MOST_UNSENT
from crm_store.sql.tables import agent_presence
from crm_store.use_cases.presence import heartbeat
from crm_store.use_cases.search_index import index_new_messages
from tests.fakes.engine import FakeEngine
from tests.files import SCRIPT_PAGE, SCRIPT_PICTURE, bomb, image, moving, noise, pdf, photo, size_of
from tests.integration.conftest import SITE, Running, eventually
from tests.integration.console import ConsoleClient, browser_of
from tests.integration.web import RawClient, next_of_type

Json = dict[str, Any]
MIB = 1024 * 1024


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest.fixture
def customer(running: Running, http: ClientSession) -> RawClient:
    return RawClient(running.base, http)


@pytest.fixture
async def agent(running: Running, http: ClientSession) -> ConsoleClient:
    client = await browser_of(running.base, http, running.store)
    assert client.agent is not None
    await heartbeat(running.store, agent_id=client.agent.id, connection_id=uuid4(), node="test")
    return client


def form(
    data: bytes, name: str = "photo.png", *, field: str = "file", claimed: str = "image/png"
) -> FormData:
    made = FormData(quote_fields=False)  # as browsers do
    made.add_field(field, io.BytesIO(data), filename=name, content_type=claimed)
    return made


async def upload(
    customer: RawClient, token: str, data: bytes, name: str = "photo.png", **options: Any
) -> tuple[int, Json]:
    """Status and answer of an upload."""
    headers = {"Authorization": f"Bearer {token}"}
    sent = form(data, name, **options)
    async with customer.http.post(f"{customer.api}/attachments", data=sent, headers=headers) as answer:
        return answer.status, await answer.json()


async def uploaded(customer: RawClient, token: str, data: bytes, name: str = "photo.png") -> Json:
    status, attachment = await upload(customer, token, data, name)
    assert status == 201, attachment
    return attachment


async def download(customer: RawClient, token: str, attachment: str) -> tuple[int, bytes, Any]:
    headers = {"Authorization": f"Bearer {token}", "Origin": SITE}
    async with customer.http.get(f"{customer.api}/attachments/{attachment}", headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def agent_upload(agent: ConsoleClient, data: bytes, name: str = "answer.png") -> tuple[int, Json]:
    url = f"{agent.api}/attachments"
    headers = {"Cookie": f"kotha_agent={agent.cookie}", "X-Kotha-CSRF": str(agent.csrf)}
    async with agent.http.post(url, data=form(data, name), headers=headers) as answer:
        return answer.status, await answer.json()


def message(*attachments: Json, text: str | None = None) -> Json:
    return {"client_msg_id": str(uuid4()), "text": text, "attachments": [each["id"] for each in attachments]}


def stored_files(running: Running) -> list[Any]:
    return [path for path in running.settings.attachments_dir.glob("*/*") if path.is_file()]


async def test_a_picture_goes_to_the_agent_and_an_answer_with_a_file_comes_back(
    customer: RawClient, agent: ConsoleClient, engine: FakeEngine
) -> None:
    session = await customer.open_session()
    token, path = session["token"], f"/conversations/{session['conversation']}"
    picture = await uploaded(customer, token, image(size=(400, 300)))
    assert {key: picture[key] for key in ("name", "type", "width", "height")} == {
        "name": "photo.png",
        "type": "image/png",
        "width": 400,
        "height": 300,
    }
    status, _ = await customer.post("messages", message(picture, text="it came broken"), token=token)
    assert status == 201
    await eventually(lambda: len(engine.questions) == 1)
    assert engine.questions[0]["text"] == "it came broken"
    await agent.do("POST", f"{path}/claim", {})
    events = (await agent.get(f"{path}/events"))["events"]
    assert events[0]["attachments"] == [picture]
    status, raw, headers = await agent.ask_raw("GET", f"/attachments/{picture['id']}?preview=1")
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert headers["Content-Disposition"].startswith("inline;")
    assert len(raw) == picture["size"]
    status, receipt = await agent_upload(agent, pdf(), "রসিদ.pdf")
    assert (status, receipt["name"], receipt["width"]) == (201, "রসিদ.pdf", None)
    await agent.do("POST", f"{path}/messages", message(receipt, text="your receipt"), status=201)
    shown = (await customer.events(token))[-1]
    assert (shown["attachments"], shown["agent"]) == (
        [receipt],
        {"name": "Farhana Islam", "name_bn": "ফারহানা ইসলাম"},
    )
    assert (await download(customer, token, receipt["id"]))[:2] == (200, pdf())


async def sent_to_agents(customer: RawClient, data: bytes, name: str = "photo.png") -> Json:
    session = await customer.open_session()
    picture = await uploaded(customer, session["token"], data, name)
    await customer.post("messages", message(picture), token=session["token"])
    return picture


async def test_agents_are_shown_a_small_copy_and_save_the_whole_picture(
    customer: RawClient, agent: ConsoleClient, running: Running
) -> None:
    whole = noise(size=(1600, 1200))
    picture = await sent_to_agents(customer, whole, "photo.jpg")
    for _ in range(2):  # made once, then kept
        status, small, headers = await agent.ask_raw("GET", f"/attachments/{picture['id']}?preview=1")
        assert (status, headers["Content-Type"]) == (200, "image/webp")
        assert size_of(small) == (720, 540)
        assert len(small) < len(whole) / 4
        assert len(stored_files(running)) == 2
    status, saved, _ = await agent.ask_raw("GET", f"/attachments/{picture['id']}")
    assert (status, size_of(saved)) == (200, (1600, 1200))
    assert await running.gateway.sweeper.sweep(grace=-1) == 0
    [original] = [path.name for path in stored_files(running) if path.suffix == ""]
    await running.gateway.sweeper.folder.remove(original)
    assert stored_files(running) == []


async def test_what_is_small_or_moves_is_shown_as_it_is(customer: RawClient, agent: ConsoleClient) -> None:
    for data, name in ((image(size=(400, 300)), "small.png"), (moving(), "moving.gif")):
        picture = await sent_to_agents(customer, data, name)
        _, shown, headers = await agent.ask_raw("GET", f"/attachments/{picture['id']}?preview=1")
        assert (headers["Content-Type"], len(shown)) == (picture["type"], picture["size"])


async def test_only_the_conversations_people_see_its_files(customer: RawClient, agent: ConsoleClient) -> None:
    owner, stranger = await customer.open_session(), await customer.open_session()
    picture = await uploaded(customer, owner["token"], image())
    assert (await download(customer, owner["token"], picture["id"]))[0] == 200  # before it is sent
    assert (await agent.ask("GET", f"/attachments/{picture['id']}"))[0] == 404
    for sent in (False, True):
        status, raw, _ = await download(customer, stranger["token"], picture["id"])
        assert (status, json.loads(raw)["error"]["code"]) == (404, "unknown_attachment")
        refused, answer = await customer.post("messages", message(picture), token=stranger["token"])
        assert (refused, answer["error"]["code"]) == (404, "unknown_attachment")
        if not sent:
            await customer.post("messages", message(picture), token=owner["token"])
    assert (await download(customer, "x" * 43, picture["id"]))[0] == 401
    assert (await agent.ask_raw("GET", f"/attachments/{picture['id']}"))[0] == 200


async def test_what_is_served_can_do_nothing(customer: RawClient) -> None:
    session = await customer.open_session()
    picture = await uploaded(customer, session["token"], image())
    _, _, headers = await download(customer, session["token"], picture["id"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Access-Control-Allow-Origin"] == SITE
    assert "no-cache" in headers["Cache-Control"]
    receipt = await uploaded(customer, session["token"], pdf(), "r.pdf")
    _, _, headers = await download(customer, session["token"], receipt["id"])
    assert headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (SCRIPT_PAGE, "photo.png", 415, "unsupported_type"),
        (SCRIPT_PICTURE, "photo.svg", 415, "unsupported_type"),
        (b"", "empty.png", 415, "unsupported_type"),
        (b"MZ\x90\x00", "photo.jpg", 415, "unsupported_type"),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT_PAGE, "photo.png", 415, "broken_file"),
        (b"\xff\xd8\xff" + SCRIPT_PAGE, "photo.jpg", 415, "broken_file"),
        (b"GIF89a/*" + SCRIPT_PAGE, "photo.gif", 415, "broken_file"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "photo.webp", 415, "broken_file"),
        (b"%PDF-1.7\n" + SCRIPT_PAGE, "bill.pdf", 415, "broken_file"),
        (bomb(), "small.png", 413, "image_too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * (11 * MIB), "big.png", 413, "file_too_large"),
    ],
    ids=[
        "page",
        "svg",
        "empty",
        "program",
        "no png",
        "no jpeg",
        "no gif",
        "no webp",
        "no pdf",
        "bomb",
        "big",
    ],
)
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    customer: RawClient, running: Running, data: bytes, name: str, status: int, code: str
) -> None:
    session = await customer.open_session()
    got, answer = await upload(customer, session["token"], data, name)
    assert (got, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"]
    assert stored_files(running) == []


async def test_an_upload_that_is_none_is_refused(customer: RawClient) -> None:
    session = await customer.open_session()
    status, answer = await upload(customer, session["token"], b"x", field="other")
    assert (status, answer["error"]["code"]) == (400, "bad_frame")
    status, answer = await customer.post("attachments", {}, token=session["token"])
    assert (status, answer["error"]["code"]) == (400, "bad_frame")
    status, _ = await upload(customer, "x" * 43, b"x")
    assert status == 401


@pytest.mark.parametrize("header", [b"Content-Disp\x81osition: form-data", b"\x00: x", b"a b: c", b": x"])
async def test_a_part_whose_headers_are_broken_is_refused(customer: RawClient, header: bytes) -> None:
    session = await customer.open_session()
    body = b"--edge\r\n" + header + b'; name="file"\r\n\r\nx\r\n--edge--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    status, answer = await customer.post("attachments", body, token=session["token"], headers=headers)
    assert (status, answer["error"]["code"]) == (400, "bad_frame")


async def test_a_photo_loses_where_it_was_taken_and_stands_upright(
    customer: RawClient, running: Running
) -> None:
    session = await customer.open_session()
    for kind in ("JPEG", "WEBP", "PNG"):
        picture = await uploaded(customer, session["token"], photo(kind=kind), f"p.{kind.lower()}")
        _, data, _ = await download(customer, session["token"], picture["id"])
        assert b"SECRET-CAMERA" not in data
        assert b"Exif" not in data
        if kind != "WEBP":
            assert (picture["width"], picture["height"]) == (32, 64)
    for path in stored_files(running):
        assert path.stat().st_mode & 0o777 == 0o600


async def test_a_name_is_made_harmless(customer: RawClient) -> None:
    session = await customer.open_session()
    picture = await uploaded(customer, session["token"], image(), "../<img src=x onerror=alert(1)>.html")
    assert picture["name"] == "img src=x onerror=alert(1).png"


async def test_a_repeated_send_carries_its_files_once(customer: RawClient) -> None:
    session = await customer.open_session()
    picture = await uploaded(customer, session["token"], image())
    body = message(picture)
    first = await customer.post("messages", body, token=session["token"])
    again = await customer.post("messages", body, token=session["token"])
    assert (first[0], again[0], again[1]["id"]) == (201, 200, first[1]["id"])
    status, answer = await customer.post("messages", message(picture), token=session["token"])
    assert (status, answer["error"]["code"]) == (404, "unknown_attachment")  # it is another message's now


async def test_the_bot_says_honestly_that_it_sees_no_pictures(
    customer: RawClient, engine: FakeEngine
) -> None:
    session = await customer.open_session()
    await customer.send(session["token"], "hello")
    picture = await uploaded(customer, session["token"], image())
    async with customer.welcomed(session["token"], 2) as (socket, _):
        await socket.send_json({"type": "send", **message(picture)})
        own = await next_of_type(socket, "event")
        assert (own["text"], own["attachments"]) == (None, [picture])
        answer = await next_of_type(socket, "event")
    assert "cannot look at pictures" in answer["text"]
    assert [button["title"] for button in answer["buttons"]] == ["Talk to a person"]
    assert len(engine.questions) == 1  # only "hello"
    await customer.send(session["token"], "go on")
    await eventually(lambda: len(engine.questions) == 2)
    assert engine.questions[1]["state"] == {"turns": 1}  # the dialogue stayed where it was


async def test_nothing_is_said_to_a_picture_that_a_person_will_see(
    customer: RawClient, agent: ConsoleClient
) -> None:
    session = await customer.open_session()
    await agent.do("POST", f"/conversations/{session['conversation']}/claim", {})
    before = len(await customer.events(session["token"]))
    picture = await uploaded(customer, session["token"], image())
    await customer.post("messages", message(picture), token=session["token"])
    await customer.send(session["token"], "do you see it?")
    assert len(await customer.events(session["token"])) == before + 2


async def test_a_conversation_of_nothing_but_a_picture_is_shown_like_any_other(
    customer: RawClient, agent: ConsoleClient, running: Running
) -> None:
    session = await customer.open_session()
    path = f"/conversations/{session['conversation']}"
    await customer.post(
        "messages", message(await uploaded(customer, session["token"], image())), token=session["token"]
    )
    await agent.get(path)
    await agent.do("POST", f"{path}/claim", {})
    await agent.do("POST", f"{path}/messages", message((await agent_upload(agent, image()))[1]), status=201)
    detail = await agent.get(path)
    assert detail["conversation"]["last_message"]["has_attachments"] is True
    assert detail["card"]["last_words"] in (None, "")
    while await index_new_messages(running.store):
        pass
    assert (await agent.get("/search?q=photo"))["conversations"] == []
    for view in ("all", "mine", "open"):
        assert len((await agent.get(f"/conversations?view={view}"))["items"]) == 1
    await agent.do("POST", f"{path}/resolve", {"reason": "solved"})


async def test_unsent_uploads_are_limited_and_forgotten(customer: RawClient, running: Running) -> None:
    session = await customer.open_session()
    for _ in range(MOST_UNSENT):
        await uploaded(customer, session["token"], pdf(), "a.pdf")
    status, answer = await upload(customer, session["token"], pdf(), "a.pdf")
    assert (status, answer["error"]["code"]) == (429, "too_many_uploads")
    assert len(stored_files(running)) == MOST_UNSENT


async def test_one_address_cannot_fill_the_disk(customer: RawClient) -> None:
    codes = []
    for _ in range(UPLOADS.burst // 20 + 1):  # new sessions do not help
        session = await customer.open_session()
        for _ in range(20):
            _, answer = await customer.post("attachments", {}, token=session["token"])
            codes.append(answer["error"]["code"])
    assert set(codes[: UPLOADS.burst]) == {"bad_frame"}
    assert codes[-1] == "rate_limited"


async def test_a_disk_that_is_nearly_full_takes_no_files(
    customer: RawClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.attachments.folder.LEAST_FREE_BYTES", 2**62)
    session = await customer.open_session()
    status, answer = await upload(customer, session["token"], pdf(), "a.pdf")
    assert (status, answer["error"]["code"]) == (503, "unavailable")
    assert stored_files(running) == []


async def test_files_of_nobody_leave_the_disk(customer: RawClient, running: Running) -> None:
    session = await customer.open_session()
    kept = await uploaded(customer, session["token"], pdf(), "kept.pdf")
    await customer.post("messages", message(kept), token=session["token"])
    folder = running.settings.attachments_dir
    (folder / "00").mkdir(exist_ok=True)
    (folder / "00" / "00ff.arriving").write_bytes(b"half")
    assert await running.gateway.sweeper.sweep() == 0  # it may be on its way still
    assert await running.gateway.sweeper.sweep(grace=-1) == 1
    assert (await download(customer, session["token"], kept["id"]))[0] == 200


async def test_the_customer_is_told_who_answers(customer: RawClient, agent: ConsoleClient) -> None:
    session = await customer.open_session()
    path = f"/conversations/{session['conversation']}"
    async with customer.welcomed(session["token"]) as (socket, welcome):
        assert (welcome["owner"], welcome["agent"], welcome["waiting"]) == ("bot", None, False)
        await agent.do("POST", f"{path}/claim", {})
        owner = await next_of_type(socket, "owner")
        assert (owner["owner"], owner["agent"]["name_bn"]) == ("agent", "ফারহানা ইসলাম")
        await agent.do("POST", f"{path}/release", {})
        owner = await next_of_type(socket, "owner")
        assert owner == {"type": "owner", "owner": "bot", "agent": None, "waiting": True}
    async with customer.welcomed(session["token"]) as (_, welcome):
        assert welcome["waiting"] is True
    status, page = await customer.get("messages", token=session["token"])
    assert (status, page["owner"], page["waiting"]) == (200, "bot", True)


async def test_the_customer_is_told_when_their_message_takes_a_conversation_out(
    customer: RawClient, agent: ConsoleClient, running: Running
) -> None:
    session = await customer.open_session()
    path = f"/conversations/{session['conversation']}"
    await agent.do("POST", f"{path}/claim", {})
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await agent.do("POST", f"{path}/snooze", {"until": until})
    async with running.store.begin() as uow:  # the agent has gone home
        await uow.connection.execute(agent_presence.delete())
        await uow.commit()
    async with customer.welcomed(session["token"]) as (socket, welcome):
        assert (welcome["owner"], welcome["waiting"]) == ("agent", False)
        await socket.send_json({"type": "send", "client_msg_id": str(uuid4()), "text": "are you there?"})
        owner = await next_of_type(socket, "owner")
    assert (owner["owner"], owner["waiting"]) == ("bot", True)


async def test_an_edit_stands_for_the_first_wording_and_keeps_the_files(
    customer: RawClient, agent: ConsoleClient
) -> None:
    session = await customer.open_session()
    path = f"/conversations/{session['conversation']}"
    await agent.do("POST", f"{path}/claim", {})
    _, receipt = await agent_upload(agent, pdf(), "r.pdf")
    sent = await agent.do("POST", f"{path}/messages", message(receipt, text="tomorow"), status=201)
    await agent.do("PATCH", f"{path}/messages/{sent['event']['id']}", {"text": "tomorrow"})
    edit = (await customer.events(session["token"]))[-1]
    assert (edit["replaces"], edit["text"], edit["attachments"]) == (
        sent["event"]["id"],
        "tomorrow",
        [receipt],
    )


async def test_a_preflight_is_answered(customer: RawClient) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    async with customer.http.options(f"{customer.api}/attachments", headers=headers) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SITE


async def test_a_hundred_odd_ids_are_told_apart_from_files(customer: RawClient) -> None:
    session = await customer.open_session()
    for odd in ("x", "%2e%2e", str(uuid4()), "0" * 400):
        assert (await download(customer, session["token"], odd))[0] == 404
    for attachments in ("x", [1], ["x"], [str(uuid4())] * 6, [None]):
        body = {"client_msg_id": str(uuid4()), "attachments": attachments}
        status, _ = await customer.post("messages", body, token=session["token"])
        assert status in (400, 404)
