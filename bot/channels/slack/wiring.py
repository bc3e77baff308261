"""Builds the Slack channel from the settings: `build` is what the registry asks for."""

from bot.channels.port import ChannelParts
from bot.channels.private_answers import PrivateAnswers
from bot.channels.slack.accounts import Workspaces
from bot.channels.slack.agents.wiring import build_agents
from bot.channels.slack.background import Background
from bot.channels.slack.channel import Companion, SlackChannel
from bot.channels.slack.client import SlackApi
from bot.channels.slack.commands import Commands
from bot.channels.slack.connecting import ConnectHandler
from bot.channels.slack.customers import CustomerHandler
from bot.channels.slack.files import FileFetcher
from bot.channels.slack.inbox import SlackHandler, SlackInbox
from bot.channels.slack.invoices import InvoiceHandler
from bot.channels.slack.linking import Linking
from bot.channels.slack.people import People
from bot.channels.slack.places import CHANNEL
from bot.channels.slack.routes import SlackRoutes
from bot.channels.slack.sending import Sending
from bot.channels.slack.socket_mode import SocketMode
from bot.channels.slack.whispers import Whispers
from bot.channels.wording import load_wording


def build(parts: ChannelParts) -> SlackChannel:
    """The channel with everything it is made of; nothing runs yet."""
    settings, background = parts.settings, Background()
    tokens = {team: token.get_secret_value() for team, token in settings.slack_bot_tokens.items()}
    api = SlackApi(parts.session, tokens, base_url=settings.slack_api)
    workspaces = Workspaces(parts.store, api, background, parts.forward)
    api.on_locked = workspaces.locked
    wording = load_wording(CHANNEL)
    sending = Sending(api, parts.store, parts.session, parts.uploads.folder)
    agents, following = build_agents(parts, api, sending, background, public_url_of(parts))
    customers = _handlers(parts, api, workspaces, Whispers(api, wording))
    inbox = SlackInbox([agents, *customers], parts.inbox)
    return SlackChannel(
        wording,
        sending,
        workspaces,
        background,
        routes=_routes(parts, inbox),
        companions=[*_companions(parts, inbox), following],
    )


def public_url_of(parts: ChannelParts) -> str:
    """Where people find this service."""
    settings = parts.settings
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _handlers(
    parts: ChannelParts, api: SlackApi, workspaces: Workspaces, whispers: Whispers
) -> list[SlackHandler]:
    """Who deals with what comes, in the order in which they are asked."""
    customers = CustomerHandler(
        parts.store,
        parts.inbox,
        api,
        People(api),
        FileFetcher(api, parts.uploads, parts.session, parts.settings.slack_api),
        whispers,
        workspaces,
        Commands(parts.store, parts.inbox, whispers.wording, Linking(parts.store, parts.forward).redeem),
        workspaces.background,
    )
    answers = PrivateAnswers(parts.store, public_url_of(parts))
    private = (answers, whispers, workspaces.background)
    return [InvoiceHandler(*private), ConnectHandler(*private), customers]


def _routes(parts: ChannelParts, inbox: SlackInbox) -> SlackRoutes | None:
    secret = parts.settings.slack_signing_secret
    if secret is None:
        return None
    return SlackRoutes(inbox, parts.inbox, parts.metrics, signing_secret=secret.get_secret_value())


def _companions(parts: ChannelParts, inbox: SlackInbox) -> list[Companion]:
    token = parts.settings.slack_app_token
    if token is None:
        return []
    return [
        SocketMode(
            inbox, parts.session, app_token=token.get_secret_value(), base_url=parts.settings.slack_api
        )
    ]
