"""Take pictures of the built console on the stand-in service, and check every view with axe.

From the repository: `npm run build && QUIET=1 npm run dev` in web/console, then
`.venvs/tools/bin/python web/console/scripts/screenshots.py [name…]`. Pictures go to
web/console/pictures; a view that axe objects to, or that breaks the content policy, makes the run fail.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("KOTHA_MOCK", "http://127.0.0.1:8098")
CHROMIUM = os.environ.get("KOTHA_CHROMIUM", "/usr/bin/chromium")
CONSOLE = Path(__file__).parents[1]
OUT = CONSOLE / "pictures"
AXE = (CONSOLE / "node_modules" / "axe-core" / "axe.min.js").read_text()
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SIZES = {
    "wide": {"width": 1440, "height": 900},
    "laptop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
SETTLE_MS = 600
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH_POLICY = """addEventListener('securitypolicyviolation', (event) => console.warn(
  'Content-Security-Policy', event.violatedDirective, event.sourceFile, event.lineNumber, event.sample))"""
SET_PREFERENCES = """async (preferences) => {
  const { csrf } = await (await fetch('/api/console/me')).json();
  const headers = { 'content-type': 'application/json', 'x-kotha-csrf': csrf };
  await fetch('/api/console/me/preferences', { method: 'PUT', headers, body: JSON.stringify(preferences) });
}"""
FIRST_CUSTOMER = """async () => {
  const { items } = await (await fetch('/api/console/conversations?view=all')).json();
  return items.find(({ customer }) => customer.id).customer.id;
}"""
problems: list[str] = []


def set_faults(**faults: Any) -> None:
    """Tell the stand-in service how to behave."""
    request = urllib.request.Request(  # noqa: S310  a loopback address
        f"{BASE}/mock/faults", data=json.dumps(faults).encode(), headers={"content-type": "application/json"}
    )
    urllib.request.urlopen(request).read()  # noqa: S310


@contextmanager
def console(
    browser: Browser, who: str | None, *, size: str = "wide", language: str = "en", theme: str = "light"
) -> Iterator[Page]:
    """The console with somebody logged in; None stays at the log-in."""
    context = browser.new_context(
        viewport=SIZES[size],  # type: ignore[arg-type]
        locale="bn-BD" if language == "bn" else "en-GB",
        timezone_id="Asia/Dhaka",
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=size == "phone",
        device_scale_factor=2 if size == "phone" else 1,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.on("console", lambda message: note_refusal(message.text))
    page.add_init_script(WATCH_POLICY)
    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.goto(f"{BASE}/console/")
    if who:
        page.locator("input[type=email]").fill(f"{who}@kotha.example")
        page.locator("input[type=password]").fill("a long password")
        page.locator("button[type=submit]").click()
        page.wait_for_selector(".shell")
        page.evaluate(SET_PREFERENCES, {"language": language, "theme": "system"})
        page.goto(f"{BASE}/console/inbox/queue")
        page.wait_for_selector(".conversation-name")
    page.wait_for_timeout(SETTLE_MS)
    yield page
    context.close()


def note_refusal(text: str) -> None:
    if "Content Security Policy" in text or "Content-Security-Policy" in text:
        problems.append(f"content policy: {text[:200]}")


def shoot(page: Page, name: str) -> None:
    """Take a picture and let axe look at the same view."""
    page.wait_for_timeout(SETTLE_MS)
    OUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUT / f"{name}.png")
    page.evaluate(AXE)
    found = page.evaluate("async (tags) => (await axe.run(document, {runOnly: tags})).violations", RULES)
    for violation in found:
        where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        problems.append(f"{name}: {violation['id']} ({violation['impact']}): {where}")
        if os.environ.get("VERBOSE"):
            problems.append("   " + violation["nodes"][0]["failureSummary"].replace("\n", " ")[:300])
    print(f"{name}.png, {len(found)} objections")


def open_conversation(page: Page, name: str, view: str = "queue") -> None:
    page.goto(f"{BASE}/console/inbox/{view}")
    page.locator(".conversation", has_text=name).first.click()
    page.wait_for_selector(".message")
    page.wait_for_timeout(SETTLE_MS)


def take_login(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with console(browser, None, theme=theme, language="bn" if theme == "dark" else "en") as page:
            shoot(page, f"login-{theme}")


def take_inbox(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with console(browser, "farhana", theme=theme) as page:
            shoot(page, f"queue-{theme}")
            open_conversation(page, "Arif")
            shoot(page, f"card-{theme}")
            open_conversation(page, "Tanvir", "mine")
            set_faults(look={"who": "tanvir", "agent": 2}, typing="tanvir")
            shoot(page, f"thread-{theme}")
    with console(browser, "farhana", size="laptop") as page:
        open_conversation(page, "Shirin", "mine")
        shoot(page, "thread-laptop")


def take_writing(browser: Browser) -> None:
    with console(browser, "farhana") as page:
        open_conversation(page, "Tanvir", "mine")
        page.locator(".composer textarea").first.fill("/")
        shoot(page, "canned")
        page.keyboard.press("Escape")
        page.locator(".composer textarea").first.fill("")
        page.locator(".why-button").last.click()
        shoot(page, "why")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.locator(".thread-title").click()
        page.keyboard.press("n")
        page.locator(".composer textarea").first.fill("Call the warehouse at four.")
        shoot(page, "note")


def take_dialogs(browser: Browser) -> None:
    with console(browser, "farhana") as page:
        open_conversation(page, "Shirin", "mine")
        page.get_by_role("button", name="Refund KT-10188").click()
        page.locator(".mantine-Modal-body").get_by_label("Reason").fill("The left one is broken, RT-100301")
        page.get_by_role("button", name="See what happens").click()
        shoot(page, "refund")
        page.keyboard.press("Escape")
        open_conversation(page, "Tanvir", "mine")
        for key, name in (
            ("e", "resolve"),
            ("h", "hand-back"),
            ("z", "snooze"),
            ("t", "transfer"),
            ("l", "labels"),
        ):
            page.locator(".thread-title").click()
            page.keyboard.press(key)
            shoot(page, f"dialog-{name}")
            page.keyboard.press("Escape")
            page.wait_for_timeout(250)
        page.keyboard.press("Control+k")
        page.wait_for_selector("#palette-hits, .palette-field")
        page.keyboard.type("রহিমা")
        page.wait_for_timeout(500)
        shoot(page, "search")
        page.keyboard.press("Escape")
        page.wait_for_timeout(250)
        page.locator(".thread-title").click()
        page.keyboard.press("?")
        shoot(page, "shortcuts")


def take_bengali(browser: Browser) -> None:
    with console(browser, "farhana", language="bn") as page:
        open_conversation(page, "মিতালী")
        shoot(page, "thread-bengali")
        page.goto(f"{BASE}/console/settings/profile")
        shoot(page, "settings-bengali")
    with console(browser, "nusrat", language="bn", theme="dark") as page:
        page.goto(f"{BASE}/console/board")
        page.wait_for_timeout(900)
        shoot(page, "board-bengali-dark")


def take_phone(browser: Browser) -> None:
    for language, theme in (("en", "light"), ("bn", "dark")):
        with console(browser, "nusrat", size="phone", language=language, theme=theme) as page:
            shoot(page, f"phone-queue-{language}-{theme}")
            open_conversation(page, "Rahima" if language == "en" else "রহিমা")
            shoot(page, f"phone-thread-{language}-{theme}")
            page.locator(".thread-head button").last.wait_for()
            page.goto(page.url + "/customer")
            page.wait_for_selector(".figures")
            shoot(page, f"phone-customer-{language}-{theme}")
            page.goto(f"{BASE}/console/board")
            page.wait_for_timeout(900)
            shoot(page, f"phone-board-{language}-{theme}")


def take_board(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with console(browser, "nusrat", theme=theme) as page:
            page.goto(f"{BASE}/console/board")
            page.wait_for_timeout(1200)
            shoot(page, f"board-{theme}")


def take_settings(browser: Browser) -> None:
    for theme in ("light", "dark"):
        with console(browser, "admin", theme=theme) as page:
            for section in ("profile", "canned", "tokens", "slack", "agents", "teams", "labels", "audit"):
                page.goto(f"{BASE}/console/settings/{section}")
                page.wait_for_timeout(400)
                shoot(page, f"settings-{section}-{theme}")
            page.goto(f"{BASE}/console/settings/teams")
            page.get_by_role("button", name="Change: Customer care").click()
            shoot(page, f"settings-team-form-{theme}")


def take_customer(browser: Browser) -> None:
    with console(browser, "farhana") as page:
        page.keyboard.press("Control+k")
        page.wait_for_selector("#palette-hits, .palette-field")
        page.keyboard.type("Arif")
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        page.wait_for_selector(".customer-page")
        shoot(page, "customer")


def take_same_person(browser: Browser) -> None:
    for language, size in (("en", "wide"), ("bn", "phone")):
        with console(browser, "nusrat", language=language) as page:
            customer = page.evaluate(FIRST_CUSTOMER)
            page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
            page.goto(f"{BASE}/console/customers/{customer}")
            page.locator(".same-person button").first.click()
            page.wait_for_selector(".preview-lines")
            shoot(page, f"same-person-{language}-{size}")


def take_troubles(browser: Browser) -> None:
    with console(browser, "farhana") as page:
        open_conversation(page, "Shirin", "mine")
        set_faults(down=True)
        page.locator(".composer textarea").first.fill("Are you still there?")
        page.keyboard.press("Enter")
        page.wait_for_timeout(3500)
        shoot(page, "offline")
        set_faults(down=False)
        page.wait_for_timeout(6000)
        shoot(page, "back-online")


SCENES: dict[str, Callable[[Browser], None]] = {
    name.removeprefix("take_"): scene for name, scene in list(globals().items()) if name.startswith("take_")
}


def main() -> None:
    """Take the named scenes, all when none is named."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in sys.argv[1:] or SCENES:
            SCENES[name](browser)
        browser.close()
    print("\n".join(dict.fromkeys(problems)) or "no problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
