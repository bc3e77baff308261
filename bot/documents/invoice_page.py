"""An invoice as a page to read and print, in the customer's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import orjson
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.phrases import CATALOGUE, LANGUAGES
from crm_store.domain.invoices import Invoice
from crm_store.domain.money import MINOR_UNITS_PER_TAKA
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.orders import OrderLine

FOLDER: Final = Path(__file__).parent
_LOCALES: Final = {"en": "en_IN", "bn": "bn_BD", "bn-Latn": "en_IN"}
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

Words = Mapping[str, str]


@dataclass(frozen=True)
class DocumentPages:
    """Templates and words, loaded once at start."""

    invoice: Template
    gone: Template
    words: Mapping[str, Words]

    def render_invoice(self, invoice: Invoice, language: str) -> str:
        """The page; everything in it that somebody typed is escaped."""
        return self.invoice.substitute(_Sheet(invoice, language, self.words[language]).fields())

    def render_gone(self) -> str:
        """What stands behind a link that is over, in every language: nobody knows whose it was."""
        told = (f'<p lang="{language}">{escape(self.words[language]["gone"])}</p>' for language in LANGUAGES)
        return self.gone.substitute(messages="\n".join(told))


def load_pages() -> DocumentPages:
    """Read templates and words."""
    return DocumentPages(
        invoice=Template((FOLDER / "invoice.html").read_text(encoding="utf-8")),
        gone=Template((FOLDER / "gone.html").read_text(encoding="utf-8")),
        words={name: orjson.loads((CATALOGUE / f"invoice.{name}.json").read_bytes()) for name in LANGUAGES},
    )


@dataclass(frozen=True)
class _Sheet:
    invoice: Invoice
    language: str
    words: Words

    def fields(self) -> dict[str, str]:
        names = ("shop", "article", "quantity", "unit_price", "amount", "note", "hint")
        return {name: escape(self.words[name]) for name in names} | {
            "lang": self.language,
            "title": escape(self.words["title"].format(number=self.invoice.number)),
            "facts": "\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in self._facts()),
            "rows": "\n".join(map(self._row, self.invoice.order.lines)),
            "sums": "\n".join(self._sums()),
            "state": escape(self._state()),
        }

    def _facts(self) -> Iterable[tuple[str, str]]:
        order = self.invoice.order
        yield self._fact("order", order.number)
        yield self._fact("date", self._day())
        yield self._fact("to", ", ".join(part for part in (order.address.line, order.address.label) if part))
        yield self._fact("method", self.words[order.payment_method.value])

    def _fact(self, name: str, value: str) -> tuple[str, str]:
        return escape(self.words[name]), escape(value)

    def _row(self, line: OrderLine) -> str:
        name = line.product_name_bn if self.language == "bn" else line.product_name
        shown = f"{name} ({line.variant})" if line.variant else name
        quantity = self._digits(str(line.quantity))
        cells = (shown, quantity, self._money(line.unit_price), self._money(line.total))
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"

    def _sums(self) -> Iterable[str]:
        invoice = self.invoice
        yield self._sum(self.words["subtotal"], self._money(invoice.subtotal))
        yield self._sum(self.words["delivery"], self._money(invoice.order.delivery_fee))
        if invoice.discount:
            name = f"{self.words['discount']} {invoice.code or ''}".rstrip()
            yield self._sum(name, "−" + self._money(invoice.discount))
        yield self._sum(self.words["total"], self._money(invoice.order.total))

    def _sum(self, name: str, amount: str) -> str:
        return f'<tr><th scope="row" colspan="3">{escape(name)}</th><td>{escape(amount)}</td></tr>'

    def _state(self) -> str:
        if self.invoice.is_cancelled:
            return self.words["cancelled"]
        due = self.invoice.due
        return self.words["due"].format(amount=self._money(due)) if due else self.words["paid"]

    def _money(self, amount: int) -> str:
        pattern = "#,##,##0" if amount % MINOR_UNITS_PER_TAKA == 0 else "#,##,##0.00"
        written = format_decimal(amount / MINOR_UNITS_PER_TAKA, format=pattern, locale="en_IN")
        return self.words["money"].format(amount=self._digits(str(written)))

    def _day(self) -> str:
        day = shop_date(self.invoice.order.placed_at)
        return self._digits(str(format_date(day, "d MMMM y", locale=_LOCALES[self.language])))

    def _digits(self, text: str) -> str:
        return text.translate(_BENGALI_DIGITS) if self.language == "bn" else text
