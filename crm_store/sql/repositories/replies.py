"""The rows replies become: messages, and the choices their buttons are checked against."""

import secrets
from datetime import datetime
from typing import Any, Final

from crm_store.domain.conversations import Author, ConversationEvent, StoredButton
from crm_store.domain.customers import Language
from crm_store.domain.turns import Reply, TurnClaim
from crm_store.use_cases.identifiers import new_id

Row = dict[str, Any]

# 128 random bits: a button's id says nothing and cannot be guessed (CH4).
CHOICE_BYTES: Final = 16
_LANGUAGES: Final = frozenset(language.value for language in Language)


def shown(
    claim: TurnClaim, replies: tuple[Reply, ...], last_seq: int, first_ordinal: int, at: datetime
) -> list[Row]:
    """Rows for replies that are the last events up to `last_seq`."""
    first_seq = last_seq - len(replies) + 1
    return [
        _message(claim, reply, at, seq=first_seq + place, ordinal=first_ordinal + place)
        for place, reply in enumerate(replies)
    ]


def suppressed(claim: TurnClaim, replies: tuple[Reply, ...], at: datetime) -> list[Row]:
    """Rows for replies nobody will see."""
    return [_message(claim, reply, at, seq=None, ordinal=place) for place, reply in enumerate(replies)]


def choices_of(claim: TurnClaim, rows: list[Row], replies: tuple[Reply, ...]) -> list[Row]:
    """Rows for what the buttons of these replies stand for."""
    return [
        {
            "id": button["id"],
            "conversation_id": claim.conversation_id,
            "message_id": row["id"],
            "ordinal": place,
            "title": button["title"],
            "payload": reply.buttons[place].payload,
        }
        for row, reply in zip(rows, replies, strict=True)
        for place, button in enumerate(row["buttons"] or ())
    ]


def event_of(row: Row) -> ConversationEvent:
    """What clients are shown of a row of `shown`: the same as reading it back gives."""
    return ConversationEvent(
        seq=row["seq"],
        id=row["id"],
        at=row["at"],
        author=Author(row["author"]),
        text=row["text"],
        client_msg_id=None,
        in_reply_to=row["in_reply_to"],
        buttons=tuple(StoredButton(button["id"], button["title"]) for button in row["buttons"] or ()),
        card=row["card"],
        language=row["language"],
    )


def known_language(value: str | None) -> str | None:
    """A language we have a word for; the engine says "" for a message that tells none."""
    return value if value in _LANGUAGES else None


def _message(claim: TurnClaim, reply: Reply, at: datetime, *, seq: int | None, ordinal: int) -> Row:
    return {
        "id": new_id(),
        "conversation_id": claim.conversation_id,
        "seq": seq,
        "author": reply.author.value,
        "at": at,
        "text": reply.text,
        "response": reply.response,
        "buttons": _buttons(reply),
        "card": reply.card,
        "because": list(reply.because) or None,
        "language": known_language(reply.language),
        "in_reply_to": claim.message.id,
        "ordinal": ordinal,
    }


def _buttons(reply: Reply) -> list[Row] | None:
    if not reply.buttons:
        return None
    return [new_button(button.title) for button in reply.buttons]


def new_button(title: str) -> Row:
    """A button with a new opaque id."""
    return {"id": secrets.token_urlsafe(CHOICE_BYTES), "title": title}
