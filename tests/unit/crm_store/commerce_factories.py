"""Orders for tests: say what matters, the rest is believable."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from crm_store.domain.catalogue import Category
from crm_store.domain.money import taka
from crm_store.domain.orders import Address, Order, OrderLine, OrderStatus, PaymentMethod

CUSTOMER = UUID(int=1)
ORDERED_ON = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)


def make_line(**changes: Any) -> OrderLine:
    values: dict[str, Any] = {
        "id": UUID(int=100),
        "product_id": UUID(int=200),
        "product_name": "Cotton panjabi",
        "product_name_bn": "সুতির পাঞ্জাবি",
        "category": Category.CLOTHING,
        "quantity": 1,
        "unit_price": taka(1250),
    }
    return OrderLine(**(values | changes))


def make_address(**changes: Any) -> Address:
    values: dict[str, Any] = {"line": "House 7, Road 3", "area": "Mirpur", "city": "Dhaka"}
    return Address(**(values | changes))


def make_order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": UUID(int=300),
        "number": "KT-10234",
        "customer_id": CUSTOMER,
        "status": OrderStatus.PLACED,
        "placed_at": ORDERED_ON,
        "promised_by": date(2026, 11, 5),
        "delivered_at": None,
        "total": taka(1310),
        "lines": (make_line(),),
        "shipment": None,
        "address": make_address(),
        "payment_method": PaymentMethod.BKASH,
    }
    return Order(**(values | changes))


def make_delivered_order(**changes: Any) -> Order:
    delivered = {"status": OrderStatus.DELIVERED, "delivered_at": datetime(2026, 11, 4, 8, 0, tzinfo=UTC)}
    return make_order(**(delivered | changes))
