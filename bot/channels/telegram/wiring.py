"""Puts the channel together; imported only when a bot is configured, for aiogram is heavy."""

from collections.abc import Mapping

import structlog

from bot.channels.port import ChannelParts
from bot.channels.private_answers import PrivateAnswers
from bot.channels.telegram.afterwards import Afterwards
from bot.channels.telegram.bots import OurBot, check_token
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.clicks import Clicks
from bot.channels.telegram.client import make_client
from bot.channels.telegram.connecting import Connecting
from bot.channels.telegram.files import FileFetcher
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.introduction import Introduction
from bot.channels.telegram.invoices import Invoices
from bot.channels.telegram.joining import Joining
from bot.channels.telegram.linking import Linking
from bot.channels.telegram.pacing import TelegramPace
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Sending
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.telling import Telling
from bot.channels.telegram.webhook import PATH, Webhook
from bot.channels.wording import Wording, load_wording
from bot.settings import Settings

log = structlog.get_logger()


def build(parts: ChannelParts) -> TelegramChannel:
    """The channel with all configured bots."""
    settings = parts.settings
    wording, afterwards = load_wording("telegram"), Afterwards()
    bots = _bots(parts)
    standings = {
        bot.account: Standing(bot, parts.store, parts.forward, parts.metrics.account_refusals)
        for bot in bots.values()
    }
    incoming = _incoming(parts, wording, afterwards)
    polls = settings.telegram_mode == "polling"
    secret = settings.telegram_secret.get_secret_value() if settings.telegram_secret else ""
    return TelegramChannel(
        bots=bots,
        wording=wording,
        sending=Sending(parts.store, parts.uploads.folder, bots, TelegramPace(), standings),
        standings=[*standings.values()],
        afterwards=afterwards,
        introductions=[
            Introduction(bot, parts.store, wording, None if polls else _webhook(settings, bot), secret)
            for bot in bots.values()
        ],
        webhook=None if polls else Webhook(bots, secret, incoming, parts.inbox, parts.metrics),
        pollers=[
            Poller(bot, parts.store, incoming, parts.inbox, parts.metrics.poll_failures)
            for bot in bots.values()
        ]
        if polls
        else (),
    )


def _bots(parts: ChannelParts) -> Mapping[str, OurBot]:
    """By account."""
    settings = parts.settings
    tokens = [check_token(token.get_secret_value()) for token in settings.telegram_bots.values()]
    bots = [
        OurBot(make_client(token, parts.session, settings.telegram_api), settings.telegram_link_base)
        for token in tokens
    ]
    return {bot.account: bot for bot in bots}


def _incoming(parts: ChannelParts, wording: Wording, afterwards: Afterwards) -> Incoming:
    telling = Telling(parts.store, wording, parts.forward)
    answers = PrivateAnswers(parts.store, _base(parts.settings))
    private = (answers, parts.inbox, wording, afterwards)
    linking = Linking(parts.store, parts.inbox, telling, parts.forward)
    return Incoming(
        store=parts.store,
        inbox=parts.inbox,
        files=FileFetcher(parts.uploads),
        wording=wording,
        forward=parts.forward,
        linking=linking,
        clicks=Clicks(
            parts.inbox,
            wording,
            afterwards,
            Invoices(*private),
            Connecting(*private),
            Joining(linking, parts.inbox, wording, afterwards),
        ),
    )


def _webhook(settings: Settings, bot: OurBot) -> str | None:
    """Where Telegram is to send updates; None when nobody said where the service is reached."""
    if settings.public_url is None:
        log.warning("telegram.no_webhook_set", account=bot.account, why="KOTHA_PUBLIC_URL is not set")
        return None
    return settings.public_url + PATH.replace("{bot}", bot.account)


def _base(settings: Settings) -> str:
    """Where customers reach our own pages."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"
