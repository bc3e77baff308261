"""Chat with Kotha in a Slack workspace, without an account: `python -m tests.fakes.slack --help`."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence

from tests.fakes.slack.server import APP_TOKEN, FakeSlack, serve_slack

PORT = 8082


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="where the page is (%(default)s)")
    parser.add_argument(
        "--webhook",
        default="http://127.0.0.1:8080/api/slack",
        help="the app's address; /events, /interactivity and /commands are below it (%(default)s)",
    )
    parser.add_argument("--socket-mode", action="store_true", help="deliver over sockets the app opens")
    return parser.parse_args(arguments)


def build(options: argparse.Namespace) -> FakeSlack:
    """A workspace with a customer, two agents and two channels."""
    slack = FakeSlack()
    shop = slack.workspace("Kotha Shop")
    rahima = slack.person(shop, "rahima", real_name="Rahima Khatun", email="rahima@customer.example")
    nadia = slack.person(shop, "nadia", real_name="Nadia Rahman", email="nadia@kotha.example")
    tanvir = slack.person(shop, "tanvir", real_name="Tanvir Hasan", email="tanvir@kotha.example")
    slack.channel(shop, "general", [rahima, nadia, tanvir])
    slack.channel(shop, "support-team", [nadia, tanvir], private=True)
    if options.socket_mode:
        slack.use_socket_mode()
    else:
        slack.connect(options.webhook)
    return slack


def kotha_settings(slack: FakeSlack, options: argparse.Namespace) -> dict[str, str]:
    """What Kotha is started with to talk to this Slack."""
    settings = {
        "KOTHA_SLACK_SIGNING_SECRET": slack.signing_secret,
        "KOTHA_SLACK_BOT_TOKENS": json.dumps({team.id: team.token for team in slack.teams.values()}),
        "KOTHA_SLACK_API": f"http://127.0.0.1:{options.port}/api",
    }
    return settings | ({"KOTHA_SLACK_APP_TOKEN": APP_TOKEN} if options.socket_mode else {})


def explain(slack: FakeSlack, options: argparse.Namespace) -> str:
    """What to do now."""
    lines = "\n".join(f"  {name}='{value}'" for name, value in kotha_settings(slack, options).items())
    return f"Chat at http://127.0.0.1:{options.port}/fake\nKotha's settings for it:\n{lines}\nCtrl-C ends."


async def run(options: argparse.Namespace) -> None:
    """Serve until it is stopped."""
    slack = build(options)
    async with serve_slack(slack, port=options.port):
        print(explain(slack, options), flush=True)  # noqa: T201  a program for people
        await asyncio.Event().wait()


def main() -> None:
    """The program."""
    try:
        asyncio.run(run(read_arguments()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
