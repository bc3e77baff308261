"""Buttons under a message: opaque ids that the store looks up when one is pressed (CH4, SL9)."""

from collections.abc import Sequence
from typing import Final

from bot.channels.slack.forms import CHOICE_ACTION, Click
from bot.channels.slack.markup import escape
from bot.channels.wording import Wording, known_language
from crm_store.domain.conversations import JsonObject, StoredButton

MAX_TITLE: Final = 75  # SL9
MAX_VALUE: Final = 2000
MAX_ELEMENTS: Final = 25  # in one actions block
WAY_OUT_ACTION: Final = "leave:private"
MAX_BLOCKS: Final = 50


def action_blocks(
    buttons: Sequence[StoredButton], language: str | None, *, way_out: JsonObject | None = None
) -> list[JsonObject]:
    """The blocks with a message's buttons; `way_out` leads out of a channel (CH6)."""
    elements = [_button(number, each) for number, each in enumerate(buttons) if len(each.id) <= MAX_VALUE]
    if way_out is not None:
        elements.append(way_out)
    rows = range(0, len(elements), MAX_ELEMENTS)
    return [
        {
            "type": "actions",
            "block_id": f"{start}:{known_language(language)}",
            "elements": elements[start : start + MAX_ELEMENTS],
        }
        for start in rows
    ]


def way_out_button(title: str, *, team: str, bot_user: str) -> JsonObject:
    """Opens the direct message with us, in whichever Slack the person uses."""
    address = f"slack://user?team={team}&id={bot_user}"
    return {"type": "button", "action_id": WAY_OUT_ACTION, "text": _title(title), "url": address}


def is_way_out(action: JsonObject | None) -> bool:
    """Slack also tells of a click on a button that is only a link."""
    return action is not None and action.get("action_id") == WAY_OUT_ACTION


def without_buttons(click: Click, wording: Wording) -> JsonObject:
    """The clicked message with the choice in place of its buttons, as `chat.update` takes it."""
    blocks = click.message.get("blocks")
    kept = [_without_id(block) for block in blocks if _stays(block)] if isinstance(blocks, list) else []
    chosen = wording.say("chosen", click.language).format(title=escape(click.title))
    note = {"type": "context", "elements": [{"type": "mrkdwn", "text": chosen}]}
    return {
        "text": str(click.message.get("text", "")) or chosen,
        "blocks": [*kept[: MAX_BLOCKS - 1], note],
        "metadata": click.message.get("metadata"),
    }


def _stays(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") != "actions"


def _without_id(block: JsonObject) -> JsonObject:
    """Slack names the blocks anew, so that no two have one name."""
    return {name: value for name, value in block.items() if name != "block_id"}


def _button(number: int, button: StoredButton) -> JsonObject:
    return {
        "type": "button",
        "action_id": f"{CHOICE_ACTION}:{number}",
        "text": _title(button.title),
        "value": button.id,
    }


def _title(title: str) -> JsonObject:
    """Plain text is shown as it is, so nothing in it is escaped."""
    shown = title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"
    return {"type": "plain_text", "text": shown, "emoji": False}
