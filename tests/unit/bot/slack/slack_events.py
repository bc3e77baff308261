"""Bodies as the Events API sends them; a test changes the one thing it is about."""

from typing import Any

TEAM = "T0SHOP"
BOT_USER = "U0KOTHA"
CUSTOMER = "U0RAHIMA"
DIRECT = "D0RAHIMA"
CHANNEL = "C0HELP"


def outer(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The outer body around an event."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A0KOTHA",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev01",
        "event_time": 1712000000,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        "is_ext_shared_channel": False,
        **changes,
    }


def message(text: str = "hello", **changes: Any) -> dict[str, Any]:
    """A message in a direct message."""
    return {
        "type": "message",
        "channel": DIRECT,
        "channel_type": "im",
        "user": CUSTOMER,
        "text": text,
        "ts": "1712000000.000100",
        "event_ts": "1712000000.000100",
        "team": TEAM,
        **changes,
    }


def in_channel(text: str = "hello", **changes: Any) -> dict[str, Any]:
    """A message in a public channel."""
    return message(text, channel=CHANNEL, channel_type="channel", **changes)


def changed(before: str, after: str, **changes: Any) -> dict[str, Any]:
    """An edit."""
    old, new = message(before), message(after, edited={"user": CUSTOMER, "ts": "1712000009.000000"})
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": DIRECT,
        "channel_type": "im",
        "ts": "1712000009.000100",
        "message": new,
        "previous_message": old,
        **changes,
    }


def deleted(**changes: Any) -> dict[str, Any]:
    """A removed message."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": DIRECT,
        "channel_type": "im",
        "ts": "1712000010.000100",
        "deleted_ts": "1712000000.000100",
        "previous_message": message(),
        **changes,
    }
