"""A fake Telegram Bot API server with people in it."""

from tests.fakes.telegram.people import Click, NoSuchButton, Person
from tests.fakes.telegram.rates import Limits
from tests.fakes.telegram.server import BOT_NAME, TOKEN, FakeTelegram, serve_telegram
from tests.fakes.telegram.world import Chat, Message

__all__ = [
    "BOT_NAME",
    "TOKEN",
    "Chat",
    "Click",
    "FakeTelegram",
    "Limits",
    "Message",
    "NoSuchButton",
    "Person",
    "serve_telegram",
]
