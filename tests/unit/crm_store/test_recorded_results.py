"""A remembered answer is the very answer of the first run."""

from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest

from crm_store.domain.handoffs import Handoff
from crm_store.domain.opening_hours import SUPPORT_HOURS
from crm_store.domain.orders import OrderStatus, PaymentMethod, Shipment, ShipmentStatus
from crm_store.domain.returns import Refund, RefundStatus, Return, ReturnReason, ReturnStatus
from crm_store.domain.tickets import Ticket, TicketKind, TicketStatus
from crm_store.use_cases.handoffs import RequestedHandoff
from crm_store.use_cases.orders import CancelledOrder, ChangedAddress
from crm_store.use_cases.recorded_results import dump_result, load_result
from crm_store.use_cases.returns import RequestedReturn
from tests.unit.crm_store.commerce_factories import make_delivered_order, make_line, make_order

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
REFUND = Refund(
    UUID(int=7), "KT-10234", 131_000, RefundStatus.PENDING, PaymentMethod.BKASH, date(2026, 11, 24)
)
RETURN = Return(
    id=UUID(int=8),
    number="RT-482913",
    order_number="KT-10234",
    line_id=UUID(int=100),
    product_name="Panjabi",
    product_name_bn="পাঞ্জাবি",
    reason=ReturnReason.DAMAGED,
    status=ReturnStatus.REQUESTED,
    requested_at=NOW,
    refund=REFUND,
)
SHIPMENT = Shipment("RedX", "RX-1", ShipmentStatus.IN_TRANSIT, NOW)


@pytest.mark.parametrize(
    "result",
    [
        CancelledOrder(make_order(status=OrderStatus.CANCELLED), REFUND, already=False),
        CancelledOrder(make_order(), None, already=True),
        ChangedAddress(make_order(lines=(make_line(), make_line(variant="L"))), "Mirpur, Dhaka", "Sylhet"),
        ChangedAddress(make_delivered_order(shipment=SHIPMENT), "", ""),
        RequestedReturn(RETURN, already=False),
        RequestedHandoff(
            Handoff(UUID(int=9), UUID(int=10), "asked", NOW), False, SUPPORT_HOURS.availability(NOW)
        ),
        Ticket(UUID(int=11), "TK-1", "ভাঙা \U0001f61e", TicketKind.PRODUCT, TicketStatus.OPEN, NOW),
    ],
    ids=lambda result: type(result).__name__,
)
def test_every_result_survives_its_time_in_the_database(result: object) -> None:
    stored = orjson.loads(orjson.dumps(dump_result(result)))

    assert load_result(type(result), stored) == result
