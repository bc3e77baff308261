"""Customers of the demo shop: who they are, where they live, what they wrote long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from crm_store.domain.conversations import Author, ConversationStatus
from crm_store.domain.customers import Tier
from crm_store.domain.handling import Handling
from crm_store.domain.identities import Proof, given_name_of
from crm_store.seed.content import Content, Person, Place, Talk
from crm_store.seed.rows import Calendar, Rows, seed_id

# The widget of the demo shop, whose log-ins the past conversations belong to.
WIDGET: Final = "demo"
SECONDS_BETWEEN_LINES: Final = 25
YEAR: Final = 365


@dataclass(frozen=True)
class Customer:
    """A customer to be; `address` has the parts of an address by name."""

    ref: str
    name: str
    name_bn: str
    language: str | None
    tier: Tier
    phone: str
    email: str
    address: dict[str, str | None]
    since_days: int

    @property
    def id(self) -> UUID:
        return seed_id("customers", self.ref)

    @property
    def identity_id(self) -> UUID:
        return seed_id("channel_identities", self.ref)


def make_persona(record: Any) -> Customer:
    """A customer as `personas.json` describes it."""
    return Customer(
        ref=record["ref"],
        name=record["name"],
        name_bn=record["name_bn"],
        language=record["language"],
        tier=Tier(record["tier"]),
        phone=record["phone"],
        email=record["email"],
        address={**record["address"], "phone": record["phone"]},
        since_days=record["customer_for_days"],
    )


def make_customer(number: int, person: Person, random: Random, content: Content) -> Customer:
    """The `number`th ordinary customer; the tier follows from their orders."""
    # Numbers that no operator gives out.
    phone = f"01300-{number:06}"
    return Customer(
        ref=f"customer-{number:03}",
        name=person.name,
        name_bn=person.name_bn,
        language=person.language,
        tier=Tier.BRONZE,
        phone=phone,
        email=f"customer{number:03}@example.com",
        address={**_address(random.choice(content.places), random), "phone": phone},
        since_days=random.randint(60, YEAR),
    )


def _address(place: Place, random: Random) -> dict[str, str | None]:
    line = place.line.format(house=random.randint(1, 98), road=random.randint(1, 24))
    return {"line": line, "area": place.area, "city": place.city, "postcode": place.postcode}


def add_customer(rows: Rows, customer: Customer, calendar: Calendar, random: Random) -> None:
    joined = calendar.at(customer.since_days, 9)
    rows.add(
        "customers",
        id=customer.id,
        external_ref=customer.ref,
        name=customer.name,
        name_bn=customer.name_bn,
        given_name=given_name_of(customer.name),
        given_name_bn=given_name_of(customer.name_bn),
        email=customer.email,
        phone=customer.phone,
        language=customer.language,
        tier=customer.tier.value,
        consent_marketing=random.random() < 0.55,
        consent_personalisation=True,
        created_at=joined,
    )
    rows.add(
        "addresses",
        id=seed_id("addresses", customer.ref),
        customer_id=customer.id,
        label="home",
        is_default=True,
        created_at=joined,
        **customer.address,
    )
    rows.add_interaction(customer.id, joined, "customer_joined")


def add_identity(rows: Rows, customer: Customer, calendar: Calendar) -> None:
    """The signed log-in of a customer who has written before."""
    rows.add(
        "channel_identities",
        id=customer.identity_id,
        channel="web",
        account=WIDGET,
        source_id=f"user:{customer.ref}",
        proof=Proof.SIGNED.value,
        customer_id=customer.id,
        created_at=calendar.at(customer.since_days, 10),
    )


def add_talk(rows: Rows, customer: Customer, key: str, talk: Talk, began: datetime) -> UUID:
    """A resolved conversation; every customer line is answered by the bot's line after it. Returns its id."""
    conversation_id = seed_id("conversations", f"{customer.ref}/{key}")
    ours = [seq for seq, (author, _) in enumerate(talk.lines, start=1) if author == Author.CUSTOMER]
    rows.add(
        "conversations",
        id=conversation_id,
        channel="web",
        account=WIDGET,
        identity_id=customer.identity_id,
        customer_id=customer.id,
        status=ConversationStatus.RESOLVED.value,
        state=Handling.RESOLVED.value,
        resolved_at=began + timedelta(seconds=SECONDS_BETWEEN_LINES * len(talk.lines)),
        topic=talk.topic,
        language=talk.language,
        created_at=began,
        last_seq=len(talk.lines),
        last_customer_seq=ours[-1],
        taken_up_seq=ours[-1],
        answered_seq=ours[-1],
    )
    _add_lines(rows, talk, conversation_id, began)
    rows.add_interaction(customer.id, began, "conversation_resolved", actor="bot", topic=talk.topic)
    return conversation_id


def _add_lines(rows: Rows, talk: Talk, conversation_id: UUID, began: datetime) -> None:
    answered: UUID | None = None
    for seq, (author, text) in enumerate(talk.lines, start=1):
        message_id = seed_id("messages", f"{conversation_id}/{seq}")
        incoming = author == Author.CUSTOMER
        rows.add(
            "messages",
            id=message_id,
            conversation_id=conversation_id,
            seq=seq,
            author=author,
            at=began + timedelta(seconds=seq * SECONDS_BETWEEN_LINES),
            text=text,
            language=talk.language,
            channel="web" if incoming else None,
            account=WIDGET if incoming else None,
            external_id=f"{conversation_id}:{message_id}" if incoming else None,
            in_reply_to=None if incoming else answered,
            ordinal=None if incoming else 0,
        )
        answered = message_id if incoming else answered


def add_rating(
    rows: Rows,
    customer: Customer,
    key: str,
    rating: int,
    comment: str | None,
    at: datetime,
    talk: UUID | None,
) -> None:
    rows.add(
        "survey_responses",
        id=seed_id("survey_responses", f"{customer.ref}/{key}"),
        customer_id=customer.id,
        conversation_id=talk,
        rating=rating,
        comment=comment,
        answered_at=at,
    )
    rows.add_interaction(customer.id, at, "survey_answered", actor="customer", rating=rating)


def add_ticket(
    rows: Rows,
    customer: Customer,
    number: str,
    *,
    kind: str,
    subject: str,
    opened_at: datetime,
    order: tuple[UUID, str] | None,
    solved_at: datetime | None,
) -> None:
    """A ticket, about `order` (its id and number) if given; open unless `solved_at` is known."""
    rows.add(
        "tickets",
        id=seed_id("tickets", number),
        number=number,
        customer_id=customer.id,
        order_id=order[0] if order else None,
        subject=subject,
        kind=kind,
        status="solved" if solved_at else "open",
        opened_at=opened_at,
        solved_at=solved_at,
    )
    order_number = order[1] if order else None
    rows.add_interaction(
        customer.id,
        opened_at,
        "ticket_opened",
        actor="customer",
        ticket=number,
        about=kind,
        order=order_number,
    )
    if solved_at is not None:
        rows.add_interaction(customer.id, solved_at, "ticket_solved", actor="agent", ticket=number)
