"""What the customer has given already, labelled, so that nobody asks for it again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_store.domain.card_sources import CardSources
from crm_store.domain.handoff_card import Collected
from crm_store.domain.sentences import catalogue

MAX_VALUE: Final = 200  # characters; the transcript has the rest
_ADDRESS_PARTS: Final = ("line", "area", "city", "postcode", "phone")


def list_collected(sources: CardSources) -> tuple[Collected, ...]:
    """The slots that hold something of the customer's, in the catalogue's order."""
    slots = sources.memory.slots
    return tuple(
        Collected(name, label["en"], label["bn"], value[:MAX_VALUE])
        for name, label in catalogue("slots").items()
        if (value := _written(name, slots.get(name), sources))
    )


def _written(name: str, value: Any, sources: CardSources) -> str:
    if value is None or isinstance(value, bool):
        return ""
    writer = _WRITERS.get(name)
    if writer is not None:
        return writer(value, sources)
    return str(value) if isinstance(value, str | int | float) else ""


def _address(value: Any, _: CardSources) -> str:
    parts = value if isinstance(value, Mapping) else {"line": value}
    return ", ".join(str(parts[part]) for part in _ADDRESS_PARTS if parts.get(part))


def _product(value: Any, sources: CardSources) -> str:
    return sources.products.get(str(value), (str(value), ""))[0]


def _item(value: Any, sources: CardSources) -> str:
    """ "KT-10234/<order line>" is the order's number to a reader."""
    number = str(value).split("/", 1)[0]
    order = sources.orders.get(number)
    if order is None or len(order.lines) != 1:
        return number
    return f"{number} ({order.lines[0].product_name})"


def _change(value: Any, _: CardSources) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    words, quantity = value.get("words"), value.get("quantity")
    return " × ".join(str(part) for part in (words, quantity) if part is not None)


_WRITERS: Final[Mapping[str, Callable[[Any, CardSources], str]]] = {
    "new_address": _address,
    "product": _product,
    "return_item": _item,
    "order_change": _change,
}
