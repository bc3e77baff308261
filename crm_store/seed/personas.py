"""The named customers of the demo shop, each made for a purpose."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crm_store.domain.customers import Persona
from crm_store.domain.money import taka
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.returns import RefundStatus, ReturnStatus
from crm_store.seed.content import Content, load_personas
from crm_store.seed.offer_rows import add_used_points
from crm_store.seed.order_rows import Ordered, OrderPlan, ReturnPlan
from crm_store.seed.people_rows import Customer, add_rating, add_ticket
from crm_store.seed.rows import Calendar, Rows, seed_id
from crm_store.use_cases.unit_of_work import Store

Record = Mapping[str, Any]


async def list_personas(store: Store) -> list[Persona]:
    """The personas that are customers of this store: none before the demo shop is seeded."""
    records = load_personas()
    async with store.read() as uow:
        known = await uow.customers.list_known_refs([record["ref"] for record in records])
    return [_persona(record) for record in records if record["ref"] in known]


def _persona(record: Record) -> Persona:
    return Persona(
        ref=record["ref"],
        name=record["name"],
        name_bn=record["name_bn"],
        story=record["story"],
        story_bn=record["story_bn"],
    )


def plan_persona_order(record: Record, customer: Customer, content: Content, calendar: Calendar) -> OrderPlan:
    """An order as `personas.json` describes it, with its own number."""
    delivered = record.get("delivered_days_ago")
    return OrderPlan(
        number=record["number"],
        customer_id=customer.id,
        address=customer.address,
        status=OrderStatus(record["status"]),
        placed_at=calendar.at(record["placed_days_ago"], 11, record.get("placed_minute", 20)),
        promised_by=calendar.today + timedelta(days=record["promised_in_days"]),
        payment_method=PaymentMethod(record["payment_method"]),
        way=content.ways[record["delivery_option"]],
        lines=[_ordered(line, content) for line in record["lines"]],
        carrier=record.get("carrier"),
        delivered_at=calendar.at(delivered, 15) if delivered is not None else None,
        return_=_return(record["return"], content, calendar) if "return" in record else None,
        code=record.get("code"),
        discount=taka(record.get("discount_taka", 0)),
    )


def _ordered(record: Record, content: Content) -> Ordered:
    return Ordered(content.articles[record["sku"]], record["quantity"], record.get("variant"))


def _return(record: Record, content: Content, calendar: Calendar) -> ReturnPlan:
    return ReturnPlan(
        number=record["number"],
        article=content.articles[record["sku"]],
        reason=record["reason"],
        status=ReturnStatus(record["status"]),
        requested_at=calendar.at(record["requested_days_ago"], 16),
        refund=RefundStatus(record["refund"]["status"]),
    )


def add_persona_experiences(rows: Rows, record: Record, customer: Customer, calendar: Calendar) -> None:
    """The rating a persona gave, the ticket it opened and the points it used, if any."""
    used = record.get("used_points")
    if used is not None:
        add_used_points(rows, customer.id, used["points"], calendar.at(used["days_ago"], 17))
    rating = record.get("rating")
    if rating is not None:
        at = calendar.at(rating["days_ago"], 18)
        add_rating(rows, customer, "persona", rating["rating"], rating["comment"], at, talk=None)
    ticket = record.get("ticket")
    if ticket is not None:
        add_ticket(
            rows,
            customer,
            ticket["number"],
            kind=ticket["kind"],
            subject=ticket["subject"],
            opened_at=calendar.at(ticket["days_ago"], 18, 5),
            order=(seed_id("orders", ticket["order_number"]), ticket["order_number"]),
            solved_at=None,
        )
