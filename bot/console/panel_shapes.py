"""What the console answers about customers, searches and the board (docs/contracts/console.md)."""

from typing import Any

from typing_extensions import TypedDict

from bot.console.shapes import AgentObject, BothLanguages, NameObject


class PersonObject(TypedDict):
    """Whose an order or a conversation is."""

    id: str | None
    name: str | None
    name_bn: str | None


class Consents(TypedDict):
    """What the customer allows."""

    marketing: bool
    personalisation: bool


class PanelValue(TypedDict):
    """What the customer has bought and sent back."""

    lifetime: int
    currency: str
    orders: int
    returns: int


class CustomerObject(TypedDict):
    """The customer."""

    id: str
    name: str
    name_bn: str | None
    email: str | None
    phone: str | None
    language: str | None
    tier: str
    timezone: str
    created_at: str
    consents: Consents
    value: PanelValue
    loyalty_points: int


class IdentityObject(TypedDict):
    """Where the customer writes from, and how well that is proven."""

    id: str
    channel: str
    account: str
    source_id: str
    name: str | None
    proof: str
    created_at: str
    linked_at: str | None
    unreachable_at: str | None
    unreachable_reason: str | None


class PanelMergeObject(TypedDict):
    """A line of the journal of merges; `undone_at`: parted again."""

    id: str
    kept: PersonObject
    merged: PersonObject
    agent: NameObject | None
    reason: str
    at: str
    undone_at: str | None
    undone_by: NameObject | None


class TicketObject(TypedDict):
    """Something somebody works on."""

    number: str
    subject: str
    kind: str
    status: str
    opened_at: str
    solved_at: str | None
    order_number: str | None


class RatingObject(TypedDict):
    """What the customer thought."""

    rating: int
    comment: str | None
    about: str
    agent: NameObject | None
    at: str


class AddressObject(TypedDict):
    """Where parcels go."""

    label: str | None
    line: str
    area: str
    city: str
    postcode: str | None
    phone: str | None
    is_default: bool


class CustomerPanel(TypedDict):
    """All about a customer; `orders` are order cards with their `id`, the newest 20."""

    customer: CustomerObject
    identities: list[IdentityObject]
    orders: list[dict[str, Any]]
    tickets: list[TicketObject]
    ratings: list[RatingObject]
    addresses: list[AddressObject]
    merges: list[PanelMergeObject]


class TimelineItem(BothLanguages):
    """Something that happened."""

    at: str
    kind: str
    channel: str | None
    conversation_id: str | None
    actor: str
    facts: dict[str, Any]


class Timeline(TypedDict):
    """A page of what happened, newest first."""

    items: list[TimelineItem]
    next_cursor: str | None


class FoundCustomer(TypedDict):
    """A customer that was found."""

    id: str
    name: str
    name_bn: str | None
    phone: str | None
    email: str | None
    tier: str | None


class FoundOrder(TypedDict):
    """An order that was found."""

    number: str
    status: str
    customer: PersonObject
    placed_at: str
    total: int
    currency: str


class FoundConversation(TypedDict):
    """A conversation that was found, at its newest message with the words."""

    id: str
    at: str
    state: str
    customer: PersonObject
    snippet: str
    seq: int


class Found(TypedDict):
    """What a search found."""

    customers: list[FoundCustomer]
    orders: list[FoundOrder]
    conversations: list[FoundConversation]
    next_cursor: str | None


class Percentiles(TypedDict):
    """Null while nothing was measured."""

    p50: int | None
    p90: int | None


class Ratings(TypedDict):
    """Means of 1 to 5."""

    bot: float | None
    agent: float | None
    answers: int


class PresentAgent(TypedDict):
    """Somebody who is here."""

    agent: AgentObject
    claimed: int
    since: str


class BoardNow(TypedDict):
    """How it is now."""

    agents: list[PresentAgent]
    queue: int
    longest_wait_s: int
    open: int
    bot: int


class Totals(TypedDict):
    """Of all the days."""

    conversations: int
    handed_over: int
    answered_by_bot_share: float | None
    first_answer_s: Percentiles
    handling_s: Percentiles
    rating: Ratings


class BoardDay(TypedDict):
    """One day."""

    day: str
    conversations: int
    handed_over: int
    resolved: int
    first_answer_p50_s: int | None
    rating_bot: float | None
    rating_agent: float | None


class BoardHour(TypedDict):
    """An hour of the day, all days together."""

    hour: int
    conversations: int
    queued: int


class ReasonCount(TypedDict):
    """Why people were asked for."""

    reason: str
    count: int


class TopicCount(TypedDict):
    """What customers wrote about."""

    intent: str
    count: int
    handed_over: int


class AgentFigures(TypedDict):
    """What somebody did."""

    agent: NameObject
    claimed: int
    resolved: int
    handling_p50_s: int | None
    rating: float | None


class Board(TypedDict):
    """The supervisors' board."""

    now: BoardNow
    totals: Totals
    series: list[BoardDay]
    by_hour: list[BoardHour]
    reasons: list[ReasonCount]
    top_topics: list[TopicCount]
    agents: list[AgentFigures]
