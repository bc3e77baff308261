"""`python -m tests.e2e.pictures [handover] [channels]`: docs/screenshots from the real parts."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, ViewportSize

from tests.e2e.channel_pictures import take_channels
from tests.e2e.handover_pictures import Photographer, take_console, take_handover
from tests.fixtures.browser import Widget, chromium, shop_page
from tests.fixtures.service import Service
from tools.progress import ROOT

FOLDER = ROOT / "docs" / "screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
SETTLE_MS = 800


@dataclass(frozen=True)
class Picture:
    """One scene: who asks what, on which screen."""

    name: str
    persona: str
    says: tuple[str, ...]
    phone: bool = False
    locale: str = "en-GB"
    scheme: Literal["light", "dark"] = "light"


PICTURES = [
    Picture("service-light", "Tanvir", ("where is my order?",)),
    Picture("service-dark", "Rahima", ("where is my order?", "the first one"), scheme="dark"),
    Picture("service-banglish", "Tanvir", ("amar order ta kothay?",)),
    Picture("service-bengali", "চাকমা", ("আমার অর্ডার কোথায়?",), locale="bn-BD"),
    Picture("service-phone", "Rahima", ("show all my orders",), phone=True),
    Picture("service-phone-bengali-dark", "চাকমা", ("পার্সেল কবে পাব?",), True, "bn-BD", "dark"),
    Picture("service-address", "Tanvir", ("change my address", "House 12, Road 5, Dhanmondi, Dhaka 1205")),
    Picture("service-person", "Arif", ("hi", "can I talk to a person please")),
]


async def take(browser: Browser, service: Service, picture: Picture) -> None:
    """Act one scene in a fresh profile and take its picture."""
    page = await shop_page(
        browser,
        service.base,
        picture.persona,
        viewport=PHONE if picture.phone else DESKTOP,
        locale=picture.locale,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        device_scale_factor=2 if picture.phone else 1,
    )
    widget = Widget(page)
    await widget.open()
    for text in picture.says:
        await widget.ask(text)
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=FOLDER / f"{picture.name}.png")
    await page.context.close()


async def main() -> None:
    """Take every picture, each on a fresh store: what one scene changes another must not see."""
    async with chromium() as browser:
        for picture in PICTURES:
            with Service() as service:
                await take(browser, service, picture)
            print(f"{picture.name}.png")


async def main_with_agents() -> None:
    """Take the pictures of a hand-over and of the console, on one fresh store."""
    photographer = Photographer(FOLDER)
    async with chromium() as browser:
        with Service() as service:
            await take_handover(browser, service, photographer)
            await take_console(browser, service, photographer)


async def main_with_channels() -> None:
    """Take the pictures of one customer on three channels."""
    async with chromium() as browser:
        await take_channels(browser, Photographer(FOLDER))


if __name__ == "__main__":
    wanted = sys.argv[1:]
    if not wanted:
        asyncio.run(main())
    if not wanted or "handover" in wanted:
        asyncio.run(main_with_agents())
    if not wanted or "channels" in wanted:
        asyncio.run(main_with_channels())
