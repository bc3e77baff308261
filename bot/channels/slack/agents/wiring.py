"""Agents in Slack, put together: a handler of what they do, and a companion that writes their threads."""

from bot.channels.port import ChannelParts
from bot.channels.slack.agents.card import CardWriter
from bot.channels.slack.agents.colleagues import Colleagues
from bot.channels.slack.agents.commands import AgentCommands
from bot.channels.slack.agents.deeds import Deeds
from bot.channels.slack.agents.following import Following
from bot.channels.slack.agents.handler import AgentHandler
from bot.channels.slack.agents.marks import Marks
from bot.channels.slack.agents.modals import Modals
from bot.channels.slack.agents.presence import SlackPresence
from bot.channels.slack.agents.rooms import Rooms
from bot.channels.slack.agents.writing import ThreadWriter
from bot.channels.slack.background import Background
from bot.channels.slack.client import SlackApi
from bot.channels.slack.people import People
from bot.channels.slack.sending import Sending
from bot.channels.wording import load_wording

CATALOGUE = "slack_agents"


def build_agents(
    parts: ChannelParts, api: SlackApi, sending: Sending, background: Background, public_url: str
) -> tuple[AgentHandler, Following]:
    """Both halves; nothing runs yet."""
    settings, store, wording = parts.settings, parts.store, load_wording(CATALOGUE)
    rooms = Rooms(api, settings.slack_any_channel)
    colleagues = Colleagues(store, api, wording)
    prefixes = tuple(settings.slack_reply_prefix)
    cards = CardWriter(wording, f"{public_url}/console", prefixes[0])
    following = Following(
        store,
        ThreadWriter(store, api, sending, rooms, cards, Marks(store, api)),
        SlackPresence(store, api, settings.slack_presence_minutes),
        api.teams,
        settings.poll_seconds,
    )
    parts.inbox.observe(following.hint)
    handler = AgentHandler(
        store,
        api,
        People(api),
        colleagues,
        Deeds(store, parts.inbox, parts.forward),
        Modals(wording),
        AgentCommands(store, rooms, colleagues),
        background,
        prefixes,
    )
    return handler, following
