"""Take pictures of the built widget in states that are hard to bring about, on the stand-in service.

They go to web/widget/pictures, for looking at; those of the real service are taken by `tests/e2e/pictures.py`.

From the repository: `npm run build && npm run dev` in web/widget, then
`.venvs/tools/bin/python web/widget/scripts/screenshots.py`.
"""

import json
import os
import struct
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("KOTHA_MOCK", "http://127.0.0.1:8099")
CHROMIUM = os.environ.get("KOTHA_CHROMIUM", "/usr/bin/chromium")
OUT = Path(__file__).parents[1] / "pictures"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SETTLE_MS = 700


def set_faults(**faults: Any) -> None:
    """Tell the stand-in service how to behave."""
    _post("faults", faults)


def person(page: Page, do: str, **more: Any) -> None:
    """Let the stand-in's agent do something in every conversation."""
    _post("people", {"do": do, **more})
    page.wait_for_timeout(SETTLE_MS)


def _post(path: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310  a loopback address
        f"{BASE}/mock/{path}", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    urllib.request.urlopen(request).read()  # noqa: S310


def picture(width: int, height: int) -> bytes:
    """A PNG of a cloth with a tear in it, made here."""
    rows = b"".join(
        b"\0" + b"".join(_thread(x / width, y / height) for x in range(width)) for y in range(height)
    )

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _thread(x: float, y: float) -> bytes:
    if abs(x - 0.5 - 0.1 * (y - 0.5)) < 0.03 * (1 - abs(y - 0.5) * 2.5):
        return bytes((30, 24, 20))
    weave = 16 if int(x * 40) % 2 == int(y * 30) % 2 else 0
    return bytes((178 + weave, 58 + weave, 46 + weave))


@contextmanager
def shop(
    browser: Browser, *, size: dict[str, int], language: str = "en", theme: str = "light"
) -> Iterator[Page]:
    """The demo page with its chat closed."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="bn-BD" if language == "bn" else "en-GB",
        timezone_id="Asia/Dhaka",
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=size is PHONE,
        device_scale_factor=2 if size is PHONE else 1,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{BASE}/demo/")
    page.wait_for_timeout(SETTLE_MS)
    yield page
    context.close()


def open_chat(page: Page) -> None:
    page.locator("kotha-chat .launcher").click()
    page.wait_for_timeout(SETTLE_MS)


def say(page: Page, text: str, wait_ms: int = SETTLE_MS) -> None:
    field = page.locator("kotha-chat textarea")
    field.fill(text)
    field.press("Enter")
    page.wait_for_timeout(wait_ms)


def shoot(page: Page, name: str, *, full: bool = False) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUT / f"{name}.png", full_page=full)


def log_in(page: Page, name: str) -> None:
    page.locator(".persona", has_text=name).locator("button").click()
    page.wait_for_timeout(SETTLE_MS)


def take_shop(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with shop(browser, size=DESKTOP, theme=theme) as page:
            shoot(page, f"shop-{theme}", full=theme == "light")
    with shop(browser, size=PHONE, language="bn") as page:
        shoot(page, "shop-phone-bengali")


def take_chat(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with shop(browser, size=DESKTOP, theme=theme) as page:
            open_chat(page)
            shoot(page, f"chat-greeting-{theme}")
            say(page, "Where is my order?")
            shoot(page, f"chat-order-{theme}")
            say(page, "show my orders")
            page.locator("kotha-chat .fold").last.locator("summary").click()
            shoot(page, f"chat-orders-{theme}")
            say(page, "I want to talk to a person")
            shoot(page, f"chat-person-{theme}")


def take_bengali(browser: Browser) -> None:
    with shop(browser, size=DESKTOP, language="bn") as page:
        open_chat(page)
        shoot(page, "chat-greeting-bengali")
        say(page, "আমার অর্ডার কোথায়?")
        shoot(page, "chat-order-bengali")
        say(page, "ফেরতের খবর কী?")
        shoot(page, "chat-return-bengali")


def take_phone(browser: Browser) -> None:
    for language, theme, text in (("en", "light", "Where is my order?"), ("bn", "dark", "আমার অর্ডার কোথায়?")):
        with shop(browser, size=PHONE, language=language, theme=theme) as page:
            open_chat(page)
            say(page, text)
            shoot(page, f"phone-{'bengali' if language == 'bn' else 'english'}-{theme}")


def take_troubles(browser: Browser) -> None:
    with shop(browser, size=DESKTOP) as page:
        open_chat(page)
        say(page, "Where is my order?")
        page.context.set_offline(True)
        page.wait_for_timeout(200)
        say(page, "Are you still there?")
        shoot(page, "chat-offline")
        page.context.set_offline(False)
    with shop(browser, size=DESKTOP) as page:
        open_chat(page)
        set_faults(down=True)
        say(page, "Hello?", 5000)
        shoot(page, "chat-unreachable")
        set_faults(down=False)
        page.wait_for_timeout(4000)
        page.locator("kotha-chat textarea").fill("ক" * 4001)
        page.wait_for_timeout(SETTLE_MS)
        shoot(page, "chat-too-long")


def take_typing(browser: Browser) -> None:
    set_faults(delay_ms=3000)
    with shop(browser, size=DESKTOP) as page:
        open_chat(page)
        say(page, "Where is my order?", 1800)
        shoot(page, "chat-typing")
    set_faults(delay_ms=150)


PEOPLE: dict[str, dict[str, str]] = {
    "en": {
        "ask": "My saree came with a tear.",
        "said": "I am sorry about that. I will send a new one tomorow.",
        "edit": "I am sorry about that. I will send a new one tomorrow.",
    },
    "bn": {
        "ask": "শাড়িটা ছেঁড়া এসেছে।",
        "said": "দুঃখিত। কাল আরেকটা পাঠাচ্চি।",
        "edit": "দুঃখিত। কাল আরেকটা পাঠাচ্ছি।",
    },
}


def take_people(browser: Browser) -> None:
    for name, size, language, theme in (
        ("light", DESKTOP, "en", "light"),
        ("dark", DESKTOP, "en", "dark"),
        ("phone-bengali", PHONE, "bn", "dark"),
        ("bengali", DESKTOP, "bn", "light"),
    ):
        with shop(browser, size=size, language=language, theme=theme) as page:
            take_hand_over(page, name, language)


def take_hand_over(page: Page, name: str, language: str) -> None:
    words = PEOPLE[language]
    open_chat(page)
    person(page, "wait", language=language)
    choose = page.locator("kotha-chat input[type=file]")
    choose.set_input_files(
        [
            {"name": "torn saree.png", "mimeType": "image/png", "buffer": picture(320, 240)},
            {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + b"x" * 90_000},
        ]
    )
    page.wait_for_timeout(SETTLE_MS)
    page.locator("kotha-chat textarea").fill(words["ask"])
    shoot(page, f"person-tray-{name}")
    say(page, words["ask"], 2 * SETTLE_MS)
    person(page, "join", language=language)
    person(page, "say", text=words["said"])
    person(page, "edit", text=words["edit"])
    person(page, "type")
    shoot(page, f"person-{name}")
    person(page, "leave", language=language)
    person(page, "rate", language=language)
    page.locator("kotha-chat .star").nth(3).click()
    page.wait_for_timeout(SETTLE_MS)
    shoot(page, f"person-rating-{name}")
    page.locator("kotha-chat .rating-send").click()
    page.wait_for_timeout(SETTLE_MS)
    shoot(page, f"person-thanks-{name}")


def main() -> None:
    set_faults(down=False, sockets="open", delay_ms=150, read_only=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for take in (take_shop, take_chat, take_bengali, take_phone, take_troubles, take_typing, take_people):
            take(browser)
        browser.close()


if __name__ == "__main__":
    main()
