"""What the console answers about conversations (docs/contracts/console.md)."""

from typing import Any, Literal

from typing_extensions import TypedDict

from bot.console.shapes import BothLanguages, LabelObject, NameObject


class CustomerName(TypedDict):
    """Whom a conversation is with."""

    id: str | None
    name: str | None
    name_bn: str | None
    tier: str | None
    verified: bool


class Mood(TypedDict):
    """How the customer feels, and where that goes."""

    level: Literal["happy", "calm", "unhappy", "angry"]
    trend: Literal["better", "same", "worse"]


class LastMessage(TypedDict):
    """The end of the transcript."""

    author: Literal["customer", "bot", "agent", "system"]
    text: str | None
    at: str
    has_attachments: bool


class Value(TypedDict):
    """What the customer has bought."""

    lifetime: int
    currency: str
    orders: int


class Clock(TypedDict):
    """By when somebody should have answered."""

    due_at: str
    kind: Literal["first_answer", "next_answer"]
    breached: bool


class Summary(TypedDict):
    """A conversation in a list."""

    id: str
    channel: str
    state: Literal["bot", "queued", "claimed", "snoozed", "resolved"]
    epoch: int
    customer: CustomerName
    assignee: NameObject | None
    team_id: str | None
    labels: list[LabelObject]
    language: str | None
    mood: Mood | None
    priority: Literal["normal", "high", "urgent"]
    reason: str | None
    wants: BothLanguages | None
    last_message: LastMessage | None
    last_seq: int
    unread: int
    queued_at: str | None
    waiting_since: str | None
    snoozed_until: str | None
    created_at: str
    updated_at: str
    value: Value | None
    clock: Clock | None
    viewers: list[NameObject]
    is_public: bool


class Counts(TypedDict):
    """How many conversations each view has; they stop at 1,000."""

    queue: int
    mine: int
    open: int
    snoozed: int
    bot: int


class ConversationPage(TypedDict):
    """A page of a view."""

    items: list[Summary]
    next_cursor: str | None
    counts: Counts


class Who(TypedDict):
    """The card's customer."""

    name: str | None
    name_bn: str | None
    verified: bool
    proof: str
    channel: str
    since: str | None
    tier: str | None
    language: str | None


class Tried(BothLanguages):
    """Something the bot did."""

    at: str
    worked: bool


class Collected(TypedDict):
    """A slot the bot has filled."""

    name: str
    label: str
    label_bn: str
    value: Any


class CardMood(TypedDict):
    """The mood, and what gave it away."""

    level: str
    trend: str
    because: BothLanguages | None


class Fact(BothLanguages):
    """Something of the CRM that matters now."""

    kind: str
    severity: Literal["info", "warning", "danger"]
    ref: str | None


class NextStep(TypedDict):
    """A customer action at hand."""

    action: str
    label: BothLanguages
    body: dict[str, Any]


class Card(TypedDict):
    """The hand-over card."""

    who: Who
    wants: BothLanguages | None
    tried: list[Tried]
    collected: list[Collected]
    mood: CardMood | None
    facts: list[Fact]
    next_steps: list[NextStep]
    last_words: str | None


class HandoffObject(TypedDict):
    """One stretch with a person."""

    id: str
    reason: str
    asked_at: str
    claimed_at: str | None
    returned_at: str | None
    agent: NameObject | None
    outcome: str | None


class AnswersTo(TypedDict):
    """Where else the customer wanted the answer; `mailed`: the service sends what agents write there."""

    by: Literal["chat", "channel", "phone", "email"]
    to: str | None
    mailed: bool


class ConversationDetail(TypedDict):
    """All that stands beside the transcript."""

    conversation: Summary
    card: Card | None
    handoffs: list[HandoffObject]
    may: list[str]
    answers_to: AnswersTo | None


class ConversationChanged(TypedDict):
    """The conversation after a change."""

    conversation: Summary


class ButtonObject(TypedDict):
    """A quick reply."""

    id: str
    title: str


class AttachmentObject(TypedDict):
    """A file."""

    id: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None


class Delivery(TypedDict):
    """How far a message is on its way."""

    status: Literal["stored", "sent", "seen", "failed", "uncertain", "partly"]
    at: str | None
    error: str | None


class MailObject(TypedDict):
    """The copy of an answer that goes by e-mail."""

    status: Literal["stored", "sent", "failed", "uncertain"]
    to: str
    at: str | None
    error: str | None


class QuoteObject(TypedDict):
    """What a customer's message refers to."""

    kind: Literal["reply", "forwarded"]
    ours: bool
    text: str | None


class AgentEvent(TypedDict):
    """A line of the transcript with what only agents see."""

    seq: int
    id: str
    at: str
    author: Literal["customer", "bot", "agent", "system"]
    text: str | None
    client_msg_id: str | None
    in_reply_to: str | None
    buttons: list[ButtonObject]
    card: dict[str, Any] | None
    language: str | None
    agent: NameObject | None
    attachments: list[AttachmentObject]
    replaces: str | None
    delivery: Delivery | None
    understanding: dict[str, Any] | None
    because: list[dict[str, Any]] | None
    actions: list[str] | None
    suppressed: bool
    deleted_at: str | None
    mail: MailObject | None
    quote: QuoteObject | None


class NoteObject(TypedDict):
    """A note for colleagues only."""

    id: str
    after_seq: int
    at: str
    agent: NameObject | None
    text: str
    edited_at: str | None


class WithheldObject(TypedDict):
    """A bot's line that was never sent: a person had taken over."""

    id: str
    after_seq: int
    at: str
    text: str | None
    card: dict[str, Any] | None


class EventPage(TypedDict):
    """A part of the transcript and the notes that stand in it."""

    events: list[AgentEvent]
    notes: list[NoteObject]
    last_seq: int
    has_earlier: bool
    withheld: list[WithheldObject]


class EventSent(TypedDict):
    """A stored message."""

    event: AgentEvent
    duplicate: bool


class EventEdited(TypedDict):
    """The new event that stands in the old one's place."""

    event: AgentEvent


class EditObject(TypedDict):
    """An earlier wording."""

    text: str | None
    at: str
    agent: NameObject | None


class NoteAnswer(TypedDict):
    """A stored note."""

    note: NoteObject


class ActionResult(TypedDict):
    """What came of a customer action."""

    result: dict[str, Any]
    conversation: Summary


class Preview(TypedDict):
    """What a customer action would do."""

    title: str
    title_bn: str
    lines: list[str]
    lines_bn: list[str]
    warnings: list[str]
    warnings_bn: list[str]
