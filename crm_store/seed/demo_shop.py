"""The demo shop: what it sells, 60 customers and a year of their history before the day of seeding."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import Any, Final
from uuid import UUID

from crm_store.domain.loyalty import tier_for
from crm_store.domain.orders import OrderStatus
from crm_store.seed.agent_rows import AGENT_TABLES, add_agents
from crm_store.seed.content import Content, Talk, load_content
from crm_store.seed.handed_over_rows import add_handed_over
from crm_store.seed.offer_rows import add_code_use, add_payment_options, add_points, add_promotions
from crm_store.seed.order_dice import UNNUMBERED, OrderDice
from crm_store.seed.order_rows import OrderPlan, add_order
from crm_store.seed.people_rows import (
    Customer,
    add_customer,
    add_identity,
    add_rating,
    add_talk,
    add_ticket,
    make_customer,
    make_persona,
)
from crm_store.seed.personas import add_persona_experiences, plan_persona_order
from crm_store.seed.rows import Calendar, Rows, seed_id
from crm_store.sql.bulk_load import load_rows_once

# Any other number would do; changing it changes every ordinary customer's history.
DICE_SEED: Final = 20_26
FIRST_ORDER: Final = 10_001
FIRST_RETURN: Final = 200_001
FIRST_TICKET: Final = 200_001
MOST_ORDERS: Final = 14
SHARE_WITH_TALK: Final = 0.3
SHARE_RATED: Final = 0.7
SHARE_WITH_TICKET: Final = 0.07
SOLVED_AFTER_DAYS: Final = 4
DAYS_OF_SERVICE: Final = 365  # of the agents: as long as there are customers
# Of the last week, answered by the bot alone.
RECENT_TALKS: Final = 60


@dataclass(frozen=True)
class Member:
    """A customer with everything they ordered."""

    customer: Customer
    orders: list[OrderPlan]


async def seed_demo_shop(database_url: str, *, today: date, now: datetime | None = None) -> bool:
    """Fill the migrated database at `database_url`; `today` is the shop's calendar day.

    Customers wait for a person since some minutes before `now`.

    Returns False when the demo shop is there already. Raises StoreUnavailable.
    """
    rows = build_demo_shop(today, now).tables
    if await load_rows_once(database_url, rows):
        return True
    # A demo shop from before there were agents gets them too.
    agents = {name: rows[name] for name in AGENT_TABLES}
    await load_rows_once(database_url, agents, marker="agents")
    return False


def build_demo_shop(today: date, now: datetime | None = None) -> Rows:
    """All rows of the demo shop; the same for the same `today` and `now`."""
    rows, calendar, content = Rows(), Calendar(today, now), load_content()
    random = Random(DICE_SEED)  # noqa: S311  believable, not secret
    dice = OrderDice(random, content, calendar)
    _add_catalogue(rows, content)
    add_agents(rows, content, calendar.at(DAYS_OF_SERVICE, 9))
    add_payment_options(rows, content)
    add_promotions(rows, content, calendar)
    members = _numbered([*_personas(dice), *_ordinary_customers(dice)])
    for member in members:
        add_customer(rows, member.customer, calendar, random)
        for plan in member.orders:
            add_order(rows, plan)
            add_code_use(rows, plan)
        add_points(rows, member.orders)
    for record, member in zip(content.personas, members, strict=False):
        add_persona_experiences(rows, record, member.customer, calendar)
    _add_talks(rows, dice, members)
    _add_handed_over(rows, content, members[len(content.personas) :], calendar)
    _add_tickets(rows, dice, members[len(content.personas) :])
    rows.tables["interactions"].sort(key=lambda row: row["at"])
    return rows


def _add_catalogue(rows: Rows, content: Content) -> None:
    for position, way in enumerate(content.ways.values()):
        rows.add("delivery_options", position=position, **vars(way))
    for position, article in enumerate(content.articles.values()):
        values = {name: value for name, value in vars(article).items() if name != "variants"}
        rows.add("products", id=seed_id("products", article.sku), position=position, **values)
    for sku, facts in content.product_facts.items():
        _add_product_facts(rows, sku, facts)
    for position, record in enumerate(content.branches):
        _add_branch(rows, position, record)


def _add_product_facts(rows: Rows, sku: str, facts: Mapping[str, Sequence[str]]) -> None:
    for kind, (text, text_bn) in facts.items():
        rows.add(
            "product_facts",
            id=seed_id("product_facts", f"{sku}/{kind}"),
            product_id=seed_id("products", sku),
            kind=kind,
            text=text,
            text_bn=text_bn,
        )


def _add_branch(rows: Rows, position: int, record: Mapping[str, Any]) -> None:
    values = {name: value for name, value in record.items() if name != "hours"}
    rows.add("branches", position=position, **values)
    for weekday, (opens, closes) in record["hours"].items():
        rows.add(
            "branch_hours",
            branch_code=record["code"],
            weekday=int(weekday),
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )


def _personas(dice: OrderDice) -> Iterator[Member]:
    for record in dice.content.personas:
        customer = make_persona(record)
        recent = [
            plan_persona_order(order, customer, dice.content, dice.calendar) for order in record["orders"]
        ]
        older = [dice.throw_long_ago(customer) for _ in range(record["older_orders"])]
        yield Member(customer, recent + older)


def _ordinary_customers(dice: OrderDice) -> Iterator[Member]:
    for number, person in enumerate(dice.content.people, start=1):
        # The smaller of two throws: many order now and then, few very often.
        how_many = min(dice.random.randint(1, MOST_ORDERS) for _ in range(2))
        customer = make_customer(number, person, dice.random, dice.content)
        plans = [dice.throw(customer) for _ in range(how_many)]
        kept = sum(plan.status is not OrderStatus.CANCELLED for plan in plans)
        yield Member(replace(customer, tier=tier_for(kept)), plans)


def _numbered(members: list[Member]) -> list[Member]:
    """The same members; orders without a number get the next free one, in the order they were placed."""
    plans = [plan for member in members for plan in member.orders]
    numbered: dict[UUID, list[OrderPlan]] = defaultdict(list)
    taken = {plan.number for plan in plans}
    free = (number for number in map("KT-{}".format, count(FIRST_ORDER)) if number not in taken)
    returns = map("RT-{}".format, count(FIRST_RETURN))
    for plan in sorted(plans, key=lambda plan: plan.placed_at):
        return_ = plan.return_
        if return_ is not None and return_.number == UNNUMBERED:
            return_ = replace(return_, number=next(returns))
        number = plan.number or next(free)
        numbered[plan.customer_id].append(replace(plan, number=number, return_=return_))
    return [Member(member.customer, numbered[member.customer.id]) for member in members]


def _add_talks(rows: Rows, dice: OrderDice, members: Iterable[Member]) -> None:
    for member in members:
        delivered = [plan for plan in member.orders if plan.delivered_at is not None]
        if not delivered:
            continue
        add_identity(rows, member.customer, dice.calendar)
        is_persona = not member.customer.ref.startswith("customer-")
        # Every persona with a past has written once; a rating of theirs is part of the story, not of chance.
        chosen = (
            delivered[-1:] if is_persona else [p for p in delivered if dice.random.random() < SHARE_WITH_TALK]
        )
        for position, plan in enumerate(chosen):
            _add_talk(rows, dice, member.customer, plan, position, rated=not is_persona)


def _add_talk(
    rows: Rows, dice: OrderDice, customer: Customer, plan: OrderPlan, position: int, *, rated: bool
) -> None:
    began = plan.placed_at + timedelta(hours=5)
    talk_id = add_talk(rows, customer, str(position), _talk_for(dice, customer), began)
    if rated and dice.random.random() < SHARE_RATED:
        rating = dice.random.choice(dice.content.ratings)
        at = began + timedelta(hours=1)
        add_rating(rows, customer, str(position), rating["rating"], rating["comment"], at, talk_id)


def _add_handed_over(rows: Rows, content: Content, members: Iterable[Member], calendar: Calendar) -> None:
    """Of ordinary customers: a persona's next conversation is for whoever tries the shop."""
    known = [
        member.customer
        for member in members
        if any(plan.delivered_at is not None for plan in member.orders)  # these have an identity
    ]
    add_handed_over(rows, content.handed_over, known, calendar)
    for number, customer in enumerate(islice(cycle(reversed(known)), RECENT_TALKS)):
        talks = [talk for talk in content.talks if talk.language == (customer.language or "en")]
        began = calendar.at(1 + number % 7, 9 + number % 12, 7 * number % 60)
        add_talk(rows, customer, f"lately/{number}", talks[number % len(talks)], began)


def _talk_for(dice: OrderDice, customer: Customer) -> Talk:
    language = customer.language or "en"
    return dice.random.choice([talk for talk in dice.content.talks if talk.language == language])


def _add_tickets(rows: Rows, dice: OrderDice, members: Iterable[Member]) -> None:
    numbers = map("TK-{}".format, count(FIRST_TICKET))
    for member in members:
        for plan in member.orders:
            opened_at = plan.placed_at + timedelta(hours=6)
            if dice.random.random() >= SHARE_WITH_TICKET or opened_at > dice.calendar.at(1, 23):
                continue
            ticket = dice.random.choice(dice.content.tickets)
            solved_at = opened_at + timedelta(days=SOLVED_AFTER_DAYS)
            add_ticket(
                rows,
                member.customer,
                next(numbers),
                kind=ticket["kind"],
                subject=ticket["subject"],
                opened_at=opened_at,
                order=(plan.id, plan.number),
                solved_at=solved_at if solved_at < dice.calendar.at(1, 9) else None,
            )
