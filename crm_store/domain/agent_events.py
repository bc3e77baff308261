"""A conversation as agents read it: the customer's transcript and what is behind each line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import JsonObject, StoredButton

# The engine keeps at most five; the first of them is the intent itself.
MAX_ALTERNATIVES: Final = 4


@dataclass(frozen=True, slots=True)
class Guess:
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the engine made of a customer's message."""

    intent: str | None
    confidence: float | None
    alternatives: tuple[Guess, ...]
    entities: tuple[JsonObject, ...]
    mood: JsonObject | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message to the customer came: stored, sent, seen, failed (then why), uncertain,
    or partly: its first parts arrived, the rest was withdrawn or given up."""

    status: str
    at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """How far the copy of an answer is that goes by e-mail; the words are those of `Delivery`."""

    status: str
    to: str
    at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a customer's message refers to: the beginning of what it answers, or that it was forwarded."""

    kind: str  # "reply" or "forwarded"
    ours: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """One line of the transcript. `because` names the facts that chose a bot's line."""

    seq: int
    id: UUID
    at: datetime
    author: str
    text: str | None
    client_msg_id: str | None
    in_reply_to: UUID | None
    buttons: tuple[StoredButton, ...]
    card: JsonObject | None
    language: str | None
    agent: AgentName | None
    attachments: tuple[JsonObject, ...]
    replaces: UUID | None
    delivery: Delivery | None
    understanding: Understanding | None
    because: tuple[JsonObject, ...] | None
    actions: tuple[str, ...] | None
    suppressed: bool = False
    deleted_at: datetime | None = None
    """The customer deleted it on the platform; its text is gone."""
    mail: Mail | None = None
    """Set where the customer chose to be answered by e-mail too."""
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A private note; it stands under the event `after_seq`."""

    id: UUID
    after_seq: int
    at: datetime
    agent: AgentName
    text: str
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A bot's line that was ready when a person had taken over: never sent. It stands under its question."""

    id: UUID
    after_seq: int
    at: datetime
    text: str | None
    card: JsonObject | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Some of a conversation's events, oldest first, with the notes that stand among them."""

    events: tuple[AgentEvent, ...]
    notes: tuple[Note, ...]
    last_seq: int
    has_earlier: bool
    withheld: tuple[Withheld, ...] = ()


def read_quote(reply_to: JsonObject | None) -> Quote | None:
    """What a channel kept of it with the message."""
    kept = (reply_to or {}).get("quote")
    if not isinstance(kept, dict):
        return None
    return Quote(str(kept.get("kind")), bool(kept.get("ours")), kept.get("text"))


def read_understanding(stored: JsonObject | None) -> Understanding | None:
    """What the engine answered, as the console shows it; tolerant of what older engines left out."""
    if not stored:
        return None
    guesses = [
        Guess(str(each["intent"]), float(each.get("confidence") or 0.0))
        for each in stored.get("ranking") or ()
        if isinstance(each, dict) and each.get("intent")
    ]
    intent = stored.get("intent")
    others = [guess for guess in guesses if guess.intent != intent]
    return Understanding(
        intent=intent,
        confidence=stored.get("confidence"),
        alternatives=tuple(others[:MAX_ALTERNATIVES]),
        entities=tuple(stored.get("entities") or ()),
        mood=stored.get("mood"),
    )
