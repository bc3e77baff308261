"""Where a Slack conversation is: a person's direct message, or a thread of a channel (CH6)."""

from typing import Final

from bot.channels.slack.events import Spot
from bot.channels.slack.forms import Click
from bot.channels.slack.people import Person
from crm_store.domain.conversations import JsonObject
from crm_store.domain.identities import Proof
from crm_store.domain.received import Place, Sender

CHANNEL: Final = "slack"


def sender_of(team: str, user: str, person: Person) -> Sender:
    """Slack's word for who somebody is in a workspace; which customer that is nobody has said yet."""
    return Sender(
        CHANNEL,
        team,
        source_id(user),
        display_name=person.display_name,
        username=person.username,
        proof=Proof.SIGNED,
    )


def source_id(user: str) -> str:
    """A user's name in the store."""
    return f"user:{user}"


def user_of(destination: str) -> str:
    """The user behind a name in the store."""
    return destination.removeprefix("user:")


def external_id(channel: str, ts: str) -> str:
    """A message's name in the store, the same for both twins of a mention (SL5)."""
    return f"{channel}:{ts}"


def split_external_id(external: str) -> tuple[str, str]:
    """Channel and time of a message's name."""
    channel, _, ts = external.partition(":")
    return channel, ts


def place_of_message(spot: Spot, ts: str, user: str) -> Place:
    """Where a message's conversation is; in a channel it is the thread the message is in, or begins."""
    return _place(spot.channel, spot.is_direct, spot.thread_ts or ts, user)


def place_of_click(click: Click) -> Place:
    """Where the clicked message's conversation is: in a channel all of ours stand in threads."""
    return _place(click.channel, click.is_direct, click.thread_ts or click.message_ts, click.user)


def direct_place(user: str) -> Place:
    """A person's direct message, whose channel is looked up when something is sent there."""
    return Place(address={"user": user})


def _place(channel: str, is_direct: bool, root: str, user: str) -> Place:
    if is_direct:
        return Place(address={"user": user, "channel": channel})
    address: JsonObject = {"user": user, "channel": channel, "thread_ts": root}
    return Place(f"{channel}:{root}", is_public=True, address=address)
