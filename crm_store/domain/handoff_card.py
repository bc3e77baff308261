"""The card an agent sees first: the shape of docs/contracts/console.md, field by field."""

from dataclasses import dataclass, field
from datetime import date, datetime

from crm_store.domain.conversations import JsonObject
from crm_store.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Who:
    """The person at the other end, and how well that is proven."""

    name: str | None
    name_bn: str | None
    verified: bool
    proof: str
    channel: str
    since: date | None
    tier: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something the bot did for the customer. `worked` is False when the customer was not served by it."""

    en: str
    bn: str
    at: datetime
    worked: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """Something the customer has given already and need not be asked for again."""

    name: str
    label: str
    label_bn: str
    value: str


@dataclass(frozen=True, slots=True)
class CardMood:
    level: str
    trend: str
    because: Sentence | None


@dataclass(frozen=True, slots=True)
class CardFact:
    """What the customer memory knows that matters now. `severity`: info, warning or danger."""

    kind: str
    en: str
    bn: str
    severity: str = "info"
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A customer action one click away: `body` is what is posted to it, less the key."""

    action: str
    label: Sentence
    body: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    who: Who
    wants: Sentence | None
    tried: tuple[Attempt, ...]
    collected: tuple[Collected, ...]
    mood: CardMood | None
    facts: tuple[CardFact, ...]
    next_steps: tuple[NextStep, ...]
    last_words: str | None
    form: str | None = None
    """The form the bot was in, which `hand_back` may resume."""
