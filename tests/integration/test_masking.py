"""CH7, all of it: hundreds of messages full of personal data, and not one piece in a log line or a metric."""

import asyncio
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from bot.channels.telegram.reading import ALLOWED_UPDATES
from tests import files
from tests.fakes.engine import answering, answering_bytes
from tests.fakes.telegram.courier import Webhook
from tests.fixtures.production_log import production_log
from tests.fuzz.world import ENGINE_SECRET, IDENTITY_KEY, TELEGRAM_SECRET, World, open_world
from tests.integration.conftest import eventually

pytestmark = pytest.mark.rules("CH7")

MESSAGES = 210  # seventy of each channel
# What people write about themselves, in the scripts they write it in. All made up.
PERSONAL = (
    "01711223344",
    "+880 1811-556677",
    "০১৯১২৩৪৫৬৭৮",
    "rahima.khatun.77@mail.example",
    "রহিমা খাতুন পারভীন",
    "Shamsunnahar Chowdhury",
    "House 17, Road 9, Dhanmondi 1209",
    "বাসা ১৭, রোড ৯, ধানমন্ডি",
    "4111 1111 1111 1111",
    "5500000000000004",
    "৪১১১১১১১১১১১১১১১",
    "CVV 737",
    "hunter2-Ma1nPassw0rd",
    "bkash pin 80412",
    "kotha_pat_Zx81QwErTyUiOpAsDfGhJk",
    "NID 19851234567890123",
    "পাসওয়ার্ড গোপন১২৩৪",
)
PHRASES = ("call me: {}", "আমার তথ্য {} লিখে রাখুন", "amar {} change koren", "{}")


def sentences() -> Iterator[tuple[str, str]]:
    """Endless messages: what is personal in each, and its words."""
    for phrase, personal in itertools.cycle(itertools.product(PHRASES, PERSONAL)):
        yield personal, phrase.format(personal)


async def say_it_on_the_web(world: World, said: list[str]) -> None:
    """Over HTTP and the socket, and as things that are refused."""
    for number, text in enumerate(said):
        await world.customer.send(world.token, text, None if number % 3 else text)
    async with world.customer.socket() as socket:
        await socket.send_json({"type": "hello", "token": world.token})
        await socket.send_json({"type": "send", "client_msg_id": str(uuid4()), "text": said[0]})
        await socket.send_json({"type": said[1], "token": said[2], said[3]: said[4]})
        await socket.send_str(said[5])
    for personal in PERSONAL:
        await world.customer.post("identify", {"jwt": personal}, token=world.token)
        await world.customer.get(f"messages?after_seq={personal}", token=world.token)
        form = aiohttp.FormData()
        form.add_field("file", files.image(), filename=f"{personal}.png")
        headers = {"Authorization": f"Bearer {world.token}"}
        async with world.http.post(f"{world.customer.api}/attachments", data=form, headers=headers):
            pass


async def look_it_up(world: World) -> None:
    """Agents search for it, log in with it, write it down."""
    for personal in PERSONAL:
        await world.agent.ask_raw("GET", f"/search?q={personal}")
        await world.agent.ask_raw("POST", "/login", {"email": f"x{personal}@y.example", "password": personal})
        await world.agent.ask_raw("POST", f"/conversations/{world.conversation}/notes", {"text": personal})
        await world.agent.ask_raw("POST", f"/conversations/{personal}/claim", {personal: personal})


async def say_it_elsewhere(world: World, said: list[str], also: list[str]) -> None:
    """On Telegram and in Slack, where some of it is what nobody can read."""
    telegram, slack = world.telegram, world.slack
    telegram.courier.set_webhook(Webhook(world.webhook, TELEGRAM_SECRET, allowed=[*ALLOWED_UPDATES]))
    telegram.courier.allowed = [*ALLOWED_UPDATES]
    slack.connect(f"{world.base}/api/slack")
    karim = telegram.person("Karim Uddin Sarkar")
    for text, other in zip(said, also, strict=True):
        await karim.says(text)
        await world.rahima.says(other)
    async with world.http.post(
        world.webhook,
        data=(
            '{"message": {"text": "' + PERSONAL[0] + '", "chat": "' + PERSONAL[3] + '"}, "update_id": 1}'
        ).encode(),
        headers={"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET},
    ):
        pass
    await telegram.settled()
    await slack.settled()


def leaks(written: Sequence[str], words: Sequence[str]) -> list[tuple[str, str]]:
    """Lines with any of the words; JSON may write Bengali as escapes, so both ways are looked for."""
    forms = {form for word in words for form in (word, word.encode("unicode_escape").decode()) if form}
    return [(form, line) for line in written for form in forms if form in line]


def test_a_leak_would_be_seen() -> None:
    line = json.dumps({"event": "turn.done", "text": f"call {PERSONAL[2]}"})
    assert leaks([line, "{}"], PERSONAL) == [("০১৯১২৩৪৫৬৭৮".encode("unicode_escape").decode(), line)]


async def read_metrics(world: World) -> str:
    async with world.http.get(f"{world.base}/metrics") as answer:
        return await answer.text()


@pytest.mark.timeout(240)
async def test_no_log_line_and_no_metric_holds_what_people_write(tmp_path: Path) -> None:
    third = MESSAGES // 3
    said = [text for _, text in itertools.islice(sentences(), MESSAGES)]
    with production_log() as log:
        async with open_world(tmp_path) as world:
            secrets = [world.token, world.identity, world.agent.cookie or "", world.agent.csrf or ""]
            secrets += [world.telegram.token, world.rahima.team.token, world.slack.signing_secret]
            # Engines that fail, answer rubbish and repeat what they were told in an error.
            for personal in PERSONAL:
                world.engine.script += [
                    answering({"error": personal}, status=500),
                    answering_bytes(personal.encode()),
                ]
            await say_it_on_the_web(world, said[:third])
            await look_it_up(world)
            await say_it_elsewhere(world, said[third : 2 * third], said[2 * third :])
            asked = world.engine.questions
            await eventually(lambda: len(asked) > third, seconds=60)
            await asyncio.sleep(1)
            metrics = await read_metrics(world)
        lines = log.getvalue().splitlines()
    secrets += [ENGINE_SECRET, IDENTITY_KEY, TELEGRAM_SECRET, "Karim Uddin", "Rahima Khatun", "call me"]
    written = [*lines, *metrics.splitlines()]
    assert leaks(written, (*PERSONAL, *secrets)) == []
    assert len(lines) > MESSAGES / 4, "the log was not captured"
    assert "kotha_messages_accepted_total" in metrics
