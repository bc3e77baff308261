"""Chat with Kotha as a Telegram user, without an account: `python -m tests.fakes.telegram --help`."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence

from tests.fakes.telegram.courier import Webhook
from tests.fakes.telegram.server import TOKEN, FakeTelegram, serve_telegram

PEOPLE = (("Tanvir", "Ahmed", "en"), ("Rahima", "Khatun", "bn"))
SECRET = "fake-telegram-secret"
PORT = 8081


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="where the page is (%(default)s)")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--webhook", help="Kotha's address for updates; without it Kotha sets it, or polls")
    parser.add_argument("--secret", default=SECRET, help="the webhook's secret token (%(default)s)")
    parser.add_argument("--no-privacy", action="store_true", help="in groups the bot sees everything")
    return parser.parse_args(arguments)


def kotha_settings(options: argparse.Namespace) -> dict[str, str]:
    """What Kotha is started with to talk to this Telegram."""
    base = f"http://127.0.0.1:{options.port}"
    return {
        "KOTHA_TELEGRAM_BOTS": json.dumps({"kotha_bot": options.token}),
        "KOTHA_TELEGRAM_SECRET": options.secret,
        "KOTHA_TELEGRAM_MODE": "webhook" if options.webhook else "polling",
        "KOTHA_TELEGRAM_API": base,
        "KOTHA_TELEGRAM_LINK_BASE": base,
    }


def explain(options: argparse.Namespace) -> str:
    """What to do now."""
    lines = "\n".join(f"  {name}='{value}'" for name, value in kotha_settings(options).items())
    return f"Chat at http://127.0.0.1:{options.port}/fake\nKotha's settings for it:\n{lines}\nCtrl-C ends."


async def run(options: argparse.Namespace) -> None:
    """Serve until it is stopped."""
    telegram = FakeTelegram(options.token, privacy=not options.no_privacy)
    for first, last, language in PEOPLE:
        telegram.person(first, last_name=last, language_code=language, username=first.lower())
    async with serve_telegram(telegram, port=options.port):
        if options.webhook:
            telegram.courier.set_webhook(Webhook(options.webhook, options.secret))
        print(explain(options), flush=True)  # noqa: T201  a program for people
        await asyncio.Event().wait()


def main() -> None:
    """The program."""
    try:
        asyncio.run(run(read_arguments()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
