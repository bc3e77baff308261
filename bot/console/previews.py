"""What a customer action would do, in both of the console's languages (`bot/catalogue/actions.*.json`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.console.conversation_shapes import Preview
from crm_store.domain.tickets import Ticket, TicketStatus
from crm_store.use_cases.orders import CancelledOrder, ChangedAddress
from crm_store.use_cases.refunds import GrantedRefund

CATALOGUE: Final = Path(__file__).parent.parent / "catalogue"
LANGUAGES: Final = ("en", "bn")
MINOR_UNITS: Final = 100
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
Words = Mapping[str, str]


@dataclass(frozen=True)
class Sentences:
    """A preview in one language."""

    title: str
    lines: list[str]
    warnings: list[str]


@dataclass(frozen=True)
class Previews:
    """The words of both languages."""

    words: Mapping[str, Words]

    def of(self, action: str, given: Any, result: object) -> Preview:
        """The preview of an action whose use case answered `result` and was not committed."""
        en, bn = (
            _SAY[action](Teller(self.words[language], language), given, result) for language in LANGUAGES
        )
        return {
            "title": en.title,
            "title_bn": bn.title,
            "lines": en.lines,
            "lines_bn": bn.lines,
            "warnings": en.warnings,
            "warnings_bn": bn.warnings,
        }


def load_previews() -> Previews:
    """Read both catalogues."""
    return Previews(
        {name: orjson.loads((CATALOGUE / f"actions.{name}.json").read_bytes()) for name in LANGUAGES}
    )


@dataclass(frozen=True)
class Teller:
    """Fills one language's sentences."""

    words: Words
    language: str

    def say(self, name: str, **values: str) -> str:
        """A sentence of the catalogue."""
        return self.words[name].format(**values)

    def money(self, amount: int) -> str:
        """Minor units as people write them: ৳1,250."""
        pattern = "#,##,##0" if amount % MINOR_UNITS == 0 else "#,##,##0.00"
        return "৳" + self.digits(str(format_decimal(amount / MINOR_UNITS, format=pattern, locale="en_IN")))

    def day(self, day: date) -> str:
        """19 November, ১৯ নভেম্বর."""
        locale = "bn_BD" if self.language == "bn" else "en_IN"
        return self.digits(str(format_date(day, "d MMMM", locale=locale)))

    def digits(self, text: str) -> str:
        """In the language's own digits."""
        return text.translate(_BENGALI_DIGITS) if self.language == "bn" else text


def _cancelling(teller: Teller, _given: Any, result: CancelledOrder) -> Sentences:
    order, refund = result.order, result.refund
    lines = [teller.say("cancel_order.line", order=order.number, total=teller.money(order.total))]
    if refund is not None:
        lines.append(_refunding_line(teller, refund.amount, refund.method.value, refund.expected_by))
    warnings = [teller.say("cancel_order.already")] if result.already else []
    return Sentences(teller.say("cancel_order.title", order=order.number), lines, warnings)


def _refunding_line(teller: Teller, amount: int, method: str, expected_by: date) -> str:
    return teller.say(
        "refund.line",
        amount=teller.money(amount),
        method=teller.words[f"method.{method}"],
        day=teller.day(expected_by),
    )


def _refunding(teller: Teller, _given: Any, result: GrantedRefund) -> Sentences:
    refund = result.refund
    line = _refunding_line(teller, refund.amount, refund.method.value, refund.expected_by)
    rest = [teller.say("refund.left", amount=teller.money(result.left))] if result.left else []
    warnings = [] if result.left else [teller.say("refund.all")]
    return Sentences(teller.say("refund.title", order=result.order.number), [line, *rest], warnings)


def _changing_address(teller: Teller, given: Any, result: ChangedAddress) -> Sentences:
    address = result.order.address
    lines = [
        teller.say("change_address.from", place=result.old_label),
        teller.say("change_address.to", place=", ".join(filter(None, (address.line, result.new_label)))),
    ]
    if given.address.phone is None and address.phone:
        lines.append(teller.say("change_address.phone", phone=address.phone))
    return Sentences(teller.say("change_address.title", order=result.order.number), lines, [])


def _opening_ticket(teller: Teller, _given: Any, result: Ticket) -> Sentences:
    lines = [teller.say("open_ticket.subject", subject=result.subject)]
    if result.order_number:
        lines.append(teller.say("open_ticket.order", order=result.order_number))
    return Sentences(teller.say("open_ticket.title", kind=teller.words[f"kind.{result.kind}"]), lines, [])


def _closing_ticket(teller: Teller, _given: Any, result: Ticket) -> Sentences:
    lines = [teller.say("open_ticket.subject", subject=result.subject)]
    solved = result.status is TicketStatus.SOLVED
    return Sentences(teller.say("close_ticket.title", ticket=result.number), lines if solved else [], [])


_SAY: Final[Mapping[str, Callable[[Teller, Any, Any], Sentences]]] = {
    "cancel_order": _cancelling,
    "refund": _refunding,
    "change_address": _changing_address,
    "open_ticket": _opening_ticket,
    "close_ticket": _closing_ticket,
}
