"""A fake Slack with workspaces, people and one app."""

from tests.fakes.slack.courier import Answer, Letter, sign
from tests.fakes.slack.people import Heard, NoSuchElement, Person
from tests.fakes.slack.rates import Limits
from tests.fakes.slack.server import APP_TOKEN, SIGNING_SECRET, FakeSlack, serve_slack
from tests.fakes.slack.world import Channel, Message, Team

__all__ = [
    "APP_TOKEN",
    "SIGNING_SECRET",
    "Answer",
    "Channel",
    "FakeSlack",
    "Heard",
    "Letter",
    "Limits",
    "Message",
    "NoSuchElement",
    "Person",
    "Team",
    "serve_slack",
    "sign",
]
