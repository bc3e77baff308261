"""Fills a store with any number of conversations and what hangs on them; 100,000 take a few minutes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.handling import SEATS, Edge, Handling
from crm_store.domain.search import DONE, IndexPass
from crm_store.domain.search_words import words_of_person
from crm_store.sql import SqlStore
from crm_store.sql.queries.search_index import first_id_at
from crm_store.sql.tables import (
    agents,
    audit_log,
    channel_identities,
    conversation_labels,
    conversation_transitions,
    conversation_words,
    conversations,
    customer_words,
    customers,
    handoffs,
    interactions,
    labels,
    messages,
    orders,
    search_progress,
    survey_responses,
    teams,
)

MESSAGES_EACH: Final = 20
WORDS_EACH: Final = 12
VOCABULARY: Final = 20_000
CONVERSATIONS_EACH: Final = 10  # of one customer
ORDERS_EACH: Final = 8
LINES_EACH: Final = 60
SIGHTS_EACH: Final = 5  # lines of the audit log a conversation brought about
RARE_SIGHTS: Final = 60  # of a kind that few lines have, all of them long ago
SPREAD: Final = timedelta(days=90)
BATCH: Final = 5_000

AGENT: Final = UUID(int=0xA1 << 96)
OWN: Final = 600  # of so many, one after the other, an agent has every hundredth: nobody has a thousand
TEAM: Final = UUID(int=0xB1 << 96)
LABEL: Final = UUID(int=0xC1 << 96)
_CUSTOMER, _IDENTITY, _CONVERSATION, _MESSAGE, _ORDER, _OTHER = range(0x10, 0x16)

Row = dict[str, Any]
Rows = Iterator[Row]


def _colleague(number: int) -> UUID:
    """Whose the conversations are that follow on the agent's own, each as many as the agent."""
    return UUID(int=(0xA2 << 96) + number)


def _id(table: int, number: int) -> UUID:
    return UUID(int=(table << 96) + number)


def conversation_id(number: int) -> UUID:
    return _id(_CONVERSATION, number)


def customer_id(number: int) -> UUID:
    return _id(_CUSTOMER, number)


async def fill(store: SqlStore, size: int) -> None:
    """`size` conversations of a tenth as many customers, the lowest number the newest."""
    async with store.begin() as uow:
        for table, rows in _everything(size, uow.now):
            while some := list(islice(rows, BATCH)):
                await uow.connection.execute(table.insert(), some)
        await uow.connection.execute(sa.text("ANALYZE"))
        await uow.commit()


def _everything(size: int, now: datetime) -> Iterator[tuple[sa.Table, Rows]]:
    people = size // CONVERSATIONS_EACH
    yield from _staff(size, now)
    yield customers, (_customer(n, now) for n in range(people))
    yield orders, (_order(n, people, now) for n in range(people * ORDERS_EACH))
    yield channel_identities, (_identity(n, people, now) for n in range(size))
    yield conversations, (_conversation(n, people, now - SPREAD * n / size) for n in range(size))
    yield (
        messages,
        (_message(n, now - SPREAD * n / (size * MESSAGES_EACH)) for n in range(size * MESSAGES_EACH)),
    )
    yield handoffs, (_handoff(n, now - SPREAD * n / size) for n in range(size) if n % 50 < 4)
    yield conversation_transitions, _changes_of_hands(size, now)
    yield audit_log, _sights(size, now)
    yield conversation_labels, _labelled(size, now)
    yield survey_responses, (_rating(n, people, now - SPREAD * n / size) for n in range(0, size, 10))
    yield interactions, (_line(n, people, now) for n in range(people * LINES_EACH))
    yield conversation_words, _conversation_words(size, now)
    yield customer_words, _customer_words(people, now)
    yield search_progress, _indexed(now)


def _staff(size: int, now: datetime) -> Iterator[tuple[sa.Table, Rows]]:
    team = {"id": TEAM, "slug": "care", "name": "Care", "name_bn": "সেবা", "timezone": "Asia/Dhaka"}
    yield teams, iter([team | {"hours": {}, "holidays": [], "reasons": [], "created_at": now}])
    staff: Row = {"password_hash": "-", "languages": [], "preferences": {}, "created_at": now}
    people = [AGENT, *(_colleague(number) for number in range(1, size // OWN + 1))]
    yield (
        agents,
        ({"id": who, "name": f"Agent {n}", "email": f"a{n}"} | staff for n, who in enumerate(people)),
    )
    label = {"id": LABEL, "name": "late", "name_bn": "দেরি", "colour": "red", "created_at": now}
    yield labels, iter([label])


def _customer(n: int, now: datetime) -> Row:
    return {
        "id": customer_id(n),
        "name": f"Customer {n}",
        "given_name": "Customer",
        "email": f"c{n}@example.com",
        "created_at": now - timedelta(minutes=n),
    }


def _order(n: int, people: int, now: datetime) -> Row:
    return {
        "id": _id(_ORDER, n),
        "number": f"KT-{10_000 + n}",
        "customer_id": customer_id(n % people),
        "status": "delivered",
        "placed_at": now - timedelta(minutes=n),
        "promised_by": date(2026, 1, 1),
        "total": 125_000,
        "delivery_fee": 6_000,
        "payment_method": "cod",
        "address_line": "House 1",
        "address_area": "Mirpur",
        "address_city": "Dhaka",
    }


def _identity(n: int, people: int, now: datetime) -> Row:
    return {
        "id": _id(_IDENTITY, n),
        "channel": "web",
        "account": "demo",
        "source_id": f"user:{n}",
        "proof": "signed",
        "customer_id": customer_id(n % people),
        "created_at": now,
    }


def _state(n: int) -> Handling:
    """One in 50 waits, one in 100 is an agent's, one in 200 is put away, one in 5 is the bot's."""
    if n % 50 == 1:
        return Handling.QUEUED
    if n % 100 == 2:
        return Handling.CLAIMED
    if n % 200 == 3:
        return Handling.SNOOZED
    return Handling.BOT if n % 5 == 4 else Handling.RESOLVED


def _conversation(n: int, people: int, born: datetime) -> Row:
    state = _state(n)
    seat = SEATS[state]
    holder = AGENT if n < OWN else _colleague(n // OWN)
    return {
        "id": conversation_id(n),
        "channel": "web",
        "account": "demo",
        "identity_id": _id(_IDENTITY, n),
        "customer_id": customer_id(n % people),
        "state": state.value,
        "status": seat.status.value,
        "owner": seat.owner.value,
        "assignee_id": holder if seat.has_assignee else None,
        "team_id": TEAM if n % 2 else None,
        "priority": 1 if n % 7 == 0 else 2,
        "language": "bn",
        "created_at": born,
        "changed_at": born,
        "last_seq": MESSAGES_EACH,
        "last_customer_seq": MESSAGES_EACH - 1,
        "answered_seq": MESSAGES_EACH - 1,
        "queued_at": born if state is Handling.QUEUED else None,
        "first_answer_due_at": born if state is Handling.QUEUED else None,
        "assigned_at": born if seat.has_assignee else None,
        "snoozed_until": born if state is Handling.SNOOZED else None,
        "resolved_at": born if state is Handling.RESOLVED else None,
        "topic": ("track_order", "get_refund", "check_price")[n % 3],
    }


def _message(n: int, at: datetime) -> Row:
    number, place = divmod(n, MESSAGES_EACH)
    asked = place % 2 == 0
    return {
        "id": _id(_MESSAGE, n),
        "conversation_id": conversation_id(number),
        "seq": place + 1,
        "author": "customer" if asked else "bot",
        "at": at,
        "text": f"where is my order number {n}",
        "in_reply_to": None if asked else _id(_MESSAGE, n - 1),
        "ordinal": None if asked else 0,
        "understanding": {"intent": "track_order", "confidence": 0.9} if asked else None,
        "actions": ["action_track_order"] if asked else None,
    }


def _handoff(n: int, at: datetime) -> Row:
    return {
        "id": _id(_OTHER, n),
        "conversation_id": conversation_id(n),
        "reason": "asked",
        "summary": {"wants": {"en": "Wants a refund.", "bn": "টাকা ফেরত চান।"}},
        "asked_at": at,
        "claimed_at": at + timedelta(seconds=n % 300),
        "first_answered_at": at + timedelta(seconds=n % 400),
        "returned_at": at + timedelta(minutes=n % 60) if n % 50 == 0 else None,
        "agent_id": AGENT if n < OWN else _colleague(n // OWN),
    }


def _changes_of_hands(size: int, now: datetime) -> Rows:
    """Every conversation was asked for a person and claimed once."""
    for n in range(size):
        at = now - SPREAD * n / size
        hands: Row = {"conversation_id": conversation_id(n), "at": at}
        yield hands | _edge(1, Edge.ASK, Handling.BOT, Handling.QUEUED)
        yield hands | _edge(2, Edge.CLAIM, Handling.QUEUED, Handling.CLAIMED)


def _edge(epoch: int, edge: Edge, begins: Handling, ends: Handling) -> Row:
    return {"epoch": epoch, "edge": edge.value, "from_state": begins.value, "to_state": ends.value}


def _sights(size: int, now: datetime) -> Rows:
    """The oldest first: somebody's log-in failed a few times, and ever since agents look at conversations."""
    for _ in range(RARE_SIGHTS):
        yield {"at": now - SPREAD, "agent_id": AGENT, "kind": "login_failed", "facts": {}}
    for n in reversed(range(size * SIGHTS_EACH)):
        seen = n // SIGHTS_EACH
        whose = {
            "conversation_id": conversation_id(seen),
            "agent_id": _colleague(1 + n % max(1, size // OWN)),
        }
        yield whose | {"at": now - SPREAD * seen / size, "kind": "conversation_read", "facts": {}}


def _indexed(now: datetime) -> Rows:
    """The index is up to date but for what the history brought since a customer last changed."""
    yield {"pass_name": IndexPass.ALL_CUSTOMERS.value, "position": DONE}
    yield {"pass_name": IndexPass.ALL_MESSAGES.value, "position": DONE}
    yield {"pass_name": IndexPass.NEW_MESSAGES.value, "position": str(first_id_at(now))}
    yield {"pass_name": IndexPass.CHANGED_CUSTOMERS.value, "position": "0"}


def _labelled(size: int, now: datetime) -> Rows:
    for n in range(1, size, 20):
        yield {"conversation_id": conversation_id(n), "label_id": LABEL, "at": now}


def _rating(n: int, people: int, at: datetime) -> Row:
    return {
        "id": _id(_OTHER, n),
        "conversation_id": conversation_id(n),
        "customer_id": customer_id(n % people),
        "about": "bot",
        "rating": 1 + n % 5,
        "answered_at": at,
    }


def _line(n: int, people: int, now: datetime) -> Row:
    return {
        "customer_id": customer_id(n % people),
        "kind": "order_delivered",
        "at": now - timedelta(seconds=n),
        "facts": {"order": "KT-10001"},
    }


def _conversation_words(size: int, now: datetime) -> Rows:
    for n in range(size):
        words = {f"w{(n * WORDS_EACH + each) * 7919 % VOCABULARY}" for each in range(WORDS_EACH)} | {"arder"}
        if n % (size // 20) == 1:
            words.add("jebra")
        at = now - SPREAD * n / size
        for word in words:
            yield {"conversation_id": conversation_id(n), "word": word, "at": at, "seq": 1}


def _customer_words(people: int, now: datetime) -> Rows:
    for n in range(people):
        person = _customer(n, now)
        words = {*words_of_person((person["name"], None), person["email"], None)}
        if n % max(1, people // 30) == 0:
            words.add("rahima")
        for word in sorted(words):
            yield {"customer_id": customer_id(n), "word": word, "at": now - timedelta(minutes=n)}
