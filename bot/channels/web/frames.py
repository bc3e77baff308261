"""Frames and bodies of the web channel: pure parsing and writing (docs/contracts/web-channel.md)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from bot.attachments.refusals import unknown_attachment
from bot.channels.web.refusals import Refusal, bad_frame, bad_session, unknown_choice
from crm_store.domain.agents import AgentName
from crm_store.domain.attachments import MOST_IN_A_MESSAGE
from crm_store.domain.conversations import AcceptedMessage, Attended, Author, ConversationEvent, Progress
from crm_store.domain.identities import CustomerName
from crm_store.domain.sessions import WebSession

MAX_TEXT = 4000  # Unicode code points; what people type is far below, and one screen can still show it
MAX_FRAME_BYTES = 16 * 1024  # W3; 4,000 code points of four bytes fit
MAX_SEQ = 2**53 - 1  # the largest integer every JSON client keeps exactly
LARGEST_STORED_SEQ = 2**31 - 1  # the column's; PostgreSQL cannot even compare it with a larger number
HEARTBEAT_SECONDS = 30  # W3

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")
_CHOICE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame."""

    token: str
    after_seq: int


@dataclass(frozen=True, slots=True)
class Send:
    """A message: a text, a choice, or attachments with or without a text."""

    client_msg_id: str
    text: str | None
    choice: str | None
    attachments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """The customer has seen everything up to `seq`."""

    seq: int


@dataclass(frozen=True, slots=True)
class Typing:
    """The customer is writing."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for a pong."""


ClientFrame: TypeAlias = Hello | Send | Seen | Typing | Ping


def parse_object(raw: bytes) -> dict[str, Any]:
    """JSON object or Refusal `bad_frame`. Lone surrogates, NaN and bottomless nesting are not JSON here."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise bad_frame(f"Not valid JSON in UTF-8: {error.msg}. Send one JSON object.") from None
    if not isinstance(value, dict):
        raise bad_frame("Send one JSON object.")
    return value


def parse_frame(raw: bytes) -> ClientFrame:
    """A client's frame, checked; Refusal otherwise."""
    frame = parse_object(raw)
    match frame.get("type"):
        case "hello":
            return Hello(check_token(frame.get("token")), check_seq(frame.get("after_seq", 0), "after_seq"))
        case "send":
            return check_send(frame)
        case "seen":
            return Seen(check_seq(frame.get("seq"), "seq"))
        case "typing":
            return Typing()
        case "ping":
            return Ping()
        case str():
            raise Refusal("unknown_type", "Known types: hello, send, seen, typing, ping.")
        case _:
            raise bad_frame("A frame needs a text `type`: hello, send, seen, typing or ping.")


def client_msg_id_of(raw: bytes) -> str | None:
    """The id of a refused `send`, so that its error frame can name it; None when there is no usable one."""
    try:
        value = parse_object(raw).get("client_msg_id")
    except Refusal:
        return None
    return value if isinstance(value, str) and _UUID.fullmatch(value) else None


def check_send(body: dict[str, Any]) -> Send:
    """The message in a `send` frame or in the body of POST messages."""
    client_msg_id = body.get("client_msg_id")
    if not isinstance(client_msg_id, str) or not _UUID.fullmatch(client_msg_id):
        raise Refusal(
            "bad_client_msg_id", "`client_msg_id` must be a UUID of your making; repeat it to retry."
        )
    text, choice = body.get("text"), body.get("choice")
    attachments = check_attachments(body.get("attachments"))
    if attachments and choice is None:
        return Send(client_msg_id, None if text is None else check_text(text), None, attachments)
    if attachments or (text is None) == (choice is None):
        raise bad_frame("Send exactly one of `text` and `choice`; `attachments` with a text or alone.")
    if choice is not None:
        return Send(client_msg_id, None, _check_choice(choice))
    return Send(client_msg_id, check_text(text), None)


def check_attachments(value: object) -> tuple[UUID, ...]:
    """The ids of uploaded files, each once."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_IN_A_MESSAGE:
        raise bad_frame(f"`attachments` must be a list of at most {MOST_IN_A_MESSAGE} ids.")
    if not all(isinstance(each, str) and _UUID.fullmatch(each) for each in value):
        raise unknown_attachment()
    return tuple(dict.fromkeys(UUID(each) for each in value))


def check_text(text: object) -> str:
    """What a customer wrote, unchanged; Refusal when it is no text, empty, too long or cannot be stored."""
    if not isinstance(text, str):
        raise bad_frame("`text` must be a string.")
    if len(text) > MAX_TEXT:
        raise Refusal(
            "text_too_long",
            f"A message may have {MAX_TEXT} characters at most. Send it in parts.",
            limit=MAX_TEXT,
        )
    if "\0" in text:
        raise bad_frame("`text` must not contain U+0000: databases cannot keep it. Remove it and send again.")
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise Refusal("text_empty", "The message is empty. Write something and send again.")
    return text


def check_token(token: object) -> str:
    """A session token by its form; whether it is known only the store can say."""
    if not isinstance(token, str):
        raise bad_frame("`token` must be the session token, a string.")
    if not _TOKEN.fullmatch(token):
        raise bad_session()
    return token


def check_seq(value: object, name: str) -> int:
    """A whole number from 0 to MAX_SEQ, as one the store can compare with: nothing has a larger seq."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SEQ:
        raise bad_frame(f"`{name}` must be a whole number from 0 to {MAX_SEQ}.")
    return min(value, LARGEST_STORED_SEQ)


def _check_choice(choice: object) -> str:
    if not isinstance(choice, str):
        raise bad_frame("`choice` must be the id of a button, a string.")
    if not _CHOICE.fullmatch(choice):
        raise unknown_choice()
    return choice


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_object(event: ConversationEvent) -> dict[str, Any]:
    """One line of the transcript, as clients get it."""
    return {
        "type": "event",
        "seq": event.seq,
        "id": str(event.id),
        "at": timestamp(event.at),
        "author": event.author,
        "text": event.text,
        "client_msg_id": event.client_msg_id,
        "in_reply_to": str(event.in_reply_to) if event.in_reply_to else None,
        "buttons": [{"id": button.id, "title": button.title} for button in event.buttons],
        "card": event.card,
        # A customer's own language is found out only after the event was shown; what was shown stays true.
        "language": None if event.author is Author.CUSTOMER else event.language,
        "agent": agent_object(event.agent),
        "attachments": list(event.attachments),
        "replaces": str(event.replaces) if event.replaces else None,
    }


def agent_object(agent: AgentName | None) -> dict[str, str | None] | None:
    """Who of the people, as customers may know them: by name only."""
    return {"name": agent.name, "name_bn": agent.name_bn} if agent else None


def owner_object(attended: Attended) -> dict[str, Any]:
    """Who answers now."""
    return {
        "owner": attended.owner.value,
        "agent": agent_object(attended.agent),
        "waiting": attended.waiting,
    }


def owner_frame(attended: Attended) -> bytes:
    """An `owner` frame."""
    return orjson.dumps({"type": "owner", **owner_object(attended)})


def event_frame(event: ConversationEvent) -> bytes:
    """An `event` frame, encoded once for all sockets."""
    return orjson.dumps(event_object(event))


def ack_object(accepted: AcceptedMessage) -> dict[str, Any]:
    """What a sender is told about a stored message."""
    return {
        "id": str(accepted.id),
        "seq": accepted.seq,
        "duplicate": accepted.duplicate,
        "at": timestamp(accepted.at),
    }


def ack_frame(client_msg_id: str, accepted: AcceptedMessage) -> bytes:
    """An `ack` frame."""
    return orjson.dumps({"type": "ack", "client_msg_id": client_msg_id, **ack_object(accepted)})


def customer_object(customer: CustomerName | None) -> dict[str, Any] | None:
    """How to address the customer; None for an anonymous visitor."""
    return {"name": customer.name, "name_bn": customer.name_bn} if customer else None


def session_object(session: WebSession) -> dict[str, Any]:
    """The answer of POST sessions and POST identify."""
    return {
        "token": session.token,
        "expires_at": timestamp(session.expires_at),
        "conversation": str(session.conversation_id),
        "identified": session.identified,
        "customer": customer_object(session.customer),
    }


def welcome_frame(session: WebSession, progress: Progress) -> bytes:
    """The answer to a good hello."""
    return orjson.dumps(
        {
            "type": "welcome",
            "conversation": str(session.conversation_id),
            "last_seq": progress.last_seq,
            "identified": session.identified,
            "customer": customer_object(session.customer),
            "heartbeat_s": HEARTBEAT_SECONDS,
            **owner_object(progress.attended),
        }
    )


def read_frame(seq: int) -> bytes:
    """Somebody has taken up everything up to `seq`."""
    return orjson.dumps({"type": "read", "seq": seq})


def error_frame(refusal: Refusal, client_msg_id: str | None = None) -> bytes:
    """An `error` frame."""
    return orjson.dumps({"type": "error", **refusal.as_error(), "client_msg_id": client_msg_id})


BOT_TYPING_FRAME = orjson.dumps({"type": "typing", "author": "bot"})
PONG_FRAME = orjson.dumps({"type": "pong"})
