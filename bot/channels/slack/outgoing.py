"""A message of ours -> the Slack calls that show it: pure, so that every attempt makes the same parts.

A part is {"method": …, …arguments} without its channel; `target` names a message that is changed or removed,
`attachment` a file that is read when the part is sent.
"""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bot.channels.port import TextUnit
from bot.channels.slack.buttons import action_blocks, way_out_button
from bot.channels.slack.cards import card_blocks, card_text, invoice_button
from bot.channels.slack.connecting import connect_buttons
from bot.channels.slack.markup import escape
from bot.channels.splitting import split_text, text_length
from bot.channels.wording import Wording
from bot.phrases import DEFAULT_LANGUAGE
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.outbox import OutboxItem

# A section may have 3,000, an agent's name included; a text alone 4,000, which no answer of ours needs (SL9).
MAX_TEXT: Final = 2900
METADATA_EVENT: Final = "kotha_message"


@dataclass(frozen=True)
class Writer:
    """Writes messages as the bot of one workspace sends them."""

    wording: Wording
    bot_user: str = ""

    def parts(self, item: OutboxItem) -> tuple[JsonObject, ...]:
        """Every call of the message, in order; card and buttons stand under the last text."""
        texts = self._texts(item)
        if item.edit_of:
            calls = [
                _change(old, text)
                for old, text in zip_longest(item.edit_of, texts)
                if not (old is not None and old.startswith("file:"))
            ]
        else:
            calls = [{"method": "chat.postMessage", **text} for text in texts]
            calls += [
                {"method": "file", "attachment": each["id"], "name": each["name"]}
                for each in item.attachments
            ]
        return tuple(calls)

    def _texts(self, item: OutboxItem) -> list[JsonObject]:
        pieces = pieces_of(item.text or "")
        card = [
            *card_blocks(item.card, item.language),
            *invoice_button(item.card, item.language, self.wording),
            *connect_buttons(item.card, item.language, self.wording),
        ]
        under = [*card, *self._actions(item)]
        if not pieces and not under:
            return []
        pieces = pieces or [_fallback(item)]
        return [self._text(item, piece, is_first=n == 0) for n, piece in enumerate(pieces[:-1])] + [
            self._text(item, pieces[-1], is_first=len(pieces) == 1, under=under)
        ]

    def _text(
        self, item: OutboxItem, piece: str, *, is_first: bool, under: list[JsonObject] | None = None
    ) -> JsonObject:
        name = agent_name(item) if is_first else None
        text = f"*{escape(name)}*\n{piece}" if name else piece
        over = _asked(item) if is_first else []
        if not (over or under):
            # Without blocks Slack can be told to take no `*` or `_` of ours for formatting.
            return {"text": text, "mrkdwn": name is not None}
        section = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}] if item.text else []
        return {"text": text, "blocks": [*over, *section, *(under or [])]}

    def _actions(self, item: OutboxItem) -> list[JsonObject]:
        way_out = None
        if item.is_public and item.author is Author.BOT and self.bot_user:
            title = self.wording.say("go_private", item.language)
            way_out = way_out_button(title, team=item.account, bot_user=self.bot_user)
        return action_blocks(item.buttons, item.language, way_out=way_out)


def pieces_of(text: str) -> list[str]:
    """The text, escaped, in as many pieces as it takes (SL9, SL10)."""
    limit = MAX_TEXT
    while True:
        pieces = [escape(piece) for piece in split_text(text, limit, TextUnit.UTF16)] if text.strip() else []
        longest = max((text_length(piece, TextUnit.UTF16) for piece in pieces), default=0)
        if longest <= MAX_TEXT:
            return pieces
        limit = limit * MAX_TEXT // longest  # what is escaped takes up to five times the room


def metadata_of(item: OutboxItem, index: int) -> JsonObject:
    """What Slack keeps beside a message of ours, to find it again (SL13)."""
    return {
        "event_type": METADATA_EVENT,
        "event_payload": {"message": str(item.message_id), "part": index},
    }


def agent_name(item: OutboxItem) -> str | None:
    """Who of the people wrote it, in the customer's script."""
    if item.author is not Author.AGENT or item.agent is None:
        return None
    return item.agent.in_language(item.language or DEFAULT_LANGUAGE)


def _change(old: str | None, text: JsonObject | None) -> JsonObject:
    """The new text in the old message's place; what is left over is sent, or taken away."""
    if old is None:
        return {"method": "chat.postMessage", **(text or {})}
    if text is None:
        return {"method": "chat.delete", "target": old}
    changed = {name: value for name, value in text.items() if name != "mrkdwn"}
    return {"method": "chat.update", "target": old, **changed}


def _asked(item: OutboxItem) -> list[JsonObject]:
    """The question over its answer, when it was asked by a command and stands nowhere else."""
    asked = (item.reply_to or {}).get("asked")
    if not isinstance(asked, str) or not asked:
        return []
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"“{escape(asked)}”"}]}]


def _fallback(item: OutboxItem) -> str:
    """What a notification shows of a message without words."""
    shown = card_text(item.card, item.language) or " · ".join(button.title for button in item.buttons)
    return escape(shown)[:MAX_TEXT] or "…"
