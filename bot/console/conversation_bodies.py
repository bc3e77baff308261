"""Bodies and queries about conversations and their customers."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from bot.channels.web.frames import LARGEST_STORED_SEQ
from bot.console.bodies import (
    MAX_LISTED_IDS,
    Checked,
    Cursor,
    Epoch,
    Id,
    Line,
    NoteText,
    OrderNumber,
    Remark,
    Seq,
    Text,
    visible,
    without_controls,
)

MAX_ATTACHMENTS = 5
LARGEST_AMOUNT = 10**12  # minor units; ten billion taka is no refund


class ConversationsQuery(Checked):
    """Which conversations."""

    view: Literal["queue", "mine", "open", "snoozed", "bot", "resolved", "all"] = "queue"
    team: Id | None = None
    label: Id | None = None
    assignee: Id | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class EventsQuery(Checked):
    """Which part of a transcript: from a seq on, or the page before one."""

    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.after_seq is not None and self.before_seq is not None:
            raise ValueError("give `after_seq` or `before_seq`, not both")
        return self


class Change(Checked):
    """A change of a conversation; `epoch` when nothing may have happened since the caller looked."""

    epoch: Epoch | None = None


class Release(Change):
    """Back to the queue."""

    reason: Remark | None = None


class Transfer(Change):
    """To a colleague or to a team."""

    to_agent: Id | None = None
    to_team: Id | None = None
    note: Remark | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.to_agent is None) == (self.to_team is None):
            raise ValueError("give `to_agent` or `to_team`, exactly one")
        return self


class HandBack(Change):
    """What the bot has to know."""

    outcome: Literal["solved", "waiting", "declined", "other"]
    summary: Remark = ""
    resume: Annotated[bool, Field(strict=True)] = True


class Snooze(Change):
    """Until when."""

    until: AwareDatetime

    def is_after(self, now: datetime) -> bool:
        """Whether it lies between now and a year from now."""
        return now < self.until <= now + timedelta(days=366)


class Resolve(Change):
    """Why it is over."""

    reason: Literal["solved", "duplicate", "spam", "no_answer", "other"]
    note: Remark = ""
    ask_rating: Annotated[bool, Field(strict=True)] = True


class SeenUpTo(Checked):
    """Read up to here."""

    seq: Annotated[int, Field(ge=0, le=LARGEST_STORED_SEQ, strict=True)]


class NewMessage(Checked):
    """A message to the customer: text, attachments or both."""

    client_msg_id: Id
    text: Text | None = None
    attachments: Annotated[tuple[Id, ...], Field(max_length=MAX_ATTACHMENTS)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and not self.attachments:
            raise ValueError("give `text` or `attachments`")
        return self


class EditedMessage(Checked):
    """What it should have said."""

    text: Text


class NoteBody(Checked):
    """A note for colleagues only."""

    text: NoteText


class LabelIds(Checked):
    """All labels the conversation has from now on."""

    label_ids: Annotated[list[Id], Field(max_length=MAX_LISTED_IDS)]


class CancelOrder(Checked):
    """Cancel an order and send the money back when it was paid."""

    key: Id
    order_number: OrderNumber
    reason: Remark | None = None


class RefundOrder(Checked):
    """Send money back for an order; without `amount` all of what is left."""

    key: Id
    order_number: OrderNumber
    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT, strict=True)] | None = None
    reason: Remark | None = None


Short = Annotated[str, Field(max_length=16, strict=True), AfterValidator(without_controls)]


class AddressBody(Checked):
    """Where a parcel goes."""

    line: Annotated[str, Field(min_length=1, max_length=200, strict=True), AfterValidator(visible)]
    area: Line
    city: Line
    postcode: Annotated[str, Field(max_length=12, strict=True), AfterValidator(without_controls)] | None = (
        None
    )
    phone: Annotated[str, Field(max_length=24, strict=True), AfterValidator(without_controls)] | None = None


class ChangeAddress(Checked):
    """Send an order elsewhere."""

    key: Id
    order_number: OrderNumber
    address: AddressBody


class OpenTicket(Checked):
    """Write down what somebody has to work on."""

    key: Id
    kind: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z_]+$", strict=True)]
    subject: Annotated[str, Field(min_length=1, max_length=500, strict=True), AfterValidator(visible)]
    order_number: OrderNumber | None = None


class CloseTicket(Checked):
    """It is done."""

    key: Id
    ticket_number: OrderNumber
