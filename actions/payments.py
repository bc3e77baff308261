"""How to pay, what an order cost, and its invoice."""

from collections.abc import Sequence
from typing import Final

from actions.cards import invoice_card, order_card
from actions.formatting import bullets
from actions.labels import find_label
from actions.order_choice import choose_order, order_buttons, product_label
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.invoices import Invoice
from crm_store.domain.orders import PaymentMethod
from crm_store.domain.payments import PaymentOption
from crm_store.use_cases.payments import find_invoice, list_invoices, list_payment_options

INSTALLMENTS: Final = "emi"
# What customers call the methods the shop knows by another word.
SAME_METHOD: Final = {"cash_on_delivery": PaymentMethod.COD, INSTALLMENTS: PaymentMethod.CARD}
# The newest and a few others to switch to: more buttons are a list nobody reads.
INVOICES_OFFERED: Final = 4
COMPANY: Final = "company"
COMPANY_FORM: Final = "company_invoice_form"


class ActionCheckPaymentMethods(TopicAction):
    """The ways to pay with their limits; yes or no first when the message names one."""

    def name(self) -> str:
        return "action_check_payment_methods"

    async def answer(self, turn: Turn) -> None:
        options = await list_payment_options(self.store)
        named = turn.entities("payment_method")
        if not options:
            turn.say("utter_payment_methods_unknown")
            turn.offer("handoff")
        elif len(named) == 1:
            _say_whether(turn, named[0], options)
        else:
            turn.say("utter_payment_methods", lines=_lines(turn, options))


def _say_whether(turn: Turn, named: str, options: Sequence[PaymentOption]) -> None:
    wanted = SAME_METHOD.get(named, named)
    option = next((option for option in options if option.method == wanted), None)
    if option is None or (named == INSTALLMENTS and not option.installment_months):
        method = find_label(turn.language, f"payment_method.{named}") or named
        turn.say("utter_payment_method_not_taken", method=method, lines=_lines(turn, options))
    else:
        turn.say("utter_payment_method_taken", line=_line(turn, option))


def _lines(turn: Turn, options: Sequence[PaymentOption]) -> str:
    return bullets(_line(turn, option) for option in options)


def _line(turn: Turn, option: PaymentOption) -> str:
    money = turn.format.money
    details = [
        turn.words("payment.fee", fee=money(option.fee)) if option.fee else turn.words("payment.no_fee")
    ]
    if option.max_total:
        details.append(turn.words("payment.limit", amount=money(option.max_total)))
    if option.installment_months and option.installments_from:
        months = turn.format.number(option.installment_months)
        details.append(
            turn.words("payment.installments", months=months, amount=money(option.installments_from))
        )
    name = turn.format.name(option.name, option.name_bn)
    return turn.words("payment.line", name=name, details=", ".join(details))


class ActionCheckInvoice(TopicAction):
    """The bill of the order that is meant, else of the newest; the others are a click away."""

    intent = "check_invoice"

    def name(self) -> str:
        return "action_check_invoice"

    async def answer(self, turn: Turn) -> None:
        number = turn.entity("order_number")
        try:
            if number:
                self.show(turn, await find_invoice(self.store, turn.conversation_id, number), [])
            else:
                await self._choose_and_show(turn)
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)

    async def _choose_and_show(self, turn: Turn) -> None:
        invoices = await list_invoices(self.store, turn.conversation_id, limit=INVOICES_OFFERED)
        if not invoices:
            turn.say("utter_no_orders")
            return
        invoice = _choose(turn, invoices)
        self.show(turn, invoice, [other for other in invoices if other is not invoice])

    def show(self, turn: Turn, invoice: Invoice, others: Sequence[Invoice]) -> None:
        order = invoice.order
        turn.remember_order(order.number)
        turn.say(
            f"utter_invoice_{_state(invoice)}",
            card=order_card(order, turn.today),
            buttons=[
                _about_order(turn, "button.get_invoice", "get_invoice", order.number),
                _about_order(turn, "button.payment_issue", "payment_issue", order.number),
                *self.others(turn, others),
            ],
            invoice=invoice.number,
            number=order.number,
            date=turn.format.day(turn.day(order.placed_at)),
            lines=bullets(_bill(turn, invoice)),
            total=turn.format.money(order.total),
            method=turn.words(f"payment_method.{order.payment_method.value}"),
        )

    def others(self, turn: Turn, invoices: Sequence[Invoice]) -> list[Button]:
        """Buttons that ask the same of other orders."""
        orders = [invoice.order for invoice in invoices]
        return [
            button | {"payload": f'/{self.intent}{{"order_number": "{order.number}"}}'}
            for button, order in zip(order_buttons(turn, orders), orders, strict=True)
        ]


def _choose(turn: Turn, invoices: Sequence[Invoice]) -> Invoice:
    by_number = {invoice.order.number: invoice for invoice in invoices}
    known = turn.slot("order_number")
    named = choose_order(turn, [invoice.order for invoice in invoices], current=known)
    if named:
        return by_number[named.number]
    if known in by_number and not turn.entity("option"):
        turn.explain("utter_why_order_talked_about", number=known)
        return by_number[known]
    if len(invoices) > 1:
        turn.explain("utter_why_latest_invoice", number=invoices[0].order.number)
    return invoices[0]


def _state(invoice: Invoice) -> str:
    if invoice.is_cancelled:
        return "cancelled"
    return "due" if invoice.due else "paid"


def _bill(turn: Turn, invoice: Invoice) -> list[str]:
    order, money = invoice.order, turn.format.money
    lines = [
        turn.words(
            "bill.article",
            quantity=turn.format.number(line.quantity),
            product=turn.format.name(line.product_name, line.product_name_bn),
            amount=money(line.total),
        )
        for line in order.lines
    ]
    fee = money(order.delivery_fee) if order.delivery_fee else turn.words("line.free")
    lines.append(turn.words("bill.delivery", amount=fee))
    if invoice.discount:
        lines.append(turn.words("bill.discount", code=invoice.code or "", amount=money(invoice.discount)))
    return lines


def _about_order(turn: Turn, title: str, intent: str, number: str) -> Button:
    return turn.button(title, f'/{intent}{{"order_number": "{number}"}}')


class ActionGetInvoice(ActionCheckInvoice):
    """The invoice as a document; one in a company's name is asked of the accounts team."""

    intent = "get_invoice"

    def name(self) -> str:
        return "action_get_invoice"

    async def answer(self, turn: Turn) -> None:
        if turn.entity("invoice_for") == COMPANY and turn.active_form is None:
            turn.follow_up(COMPANY_FORM)
        else:
            await super().answer(turn)

    def show(self, turn: Turn, invoice: Invoice, others: Sequence[Invoice]) -> None:
        order = invoice.order
        turn.remember_order(order.number)
        company = f'/get_invoice{{"order_number": "{order.number}", "invoice_for": "{COMPANY}"}}'
        turn.say(
            "utter_invoice_document",
            card=invoice_card(invoice, turn.language),
            buttons=[turn.button("button.company_invoice", company), *self.others(turn, others)],
            invoice=invoice.number,
            number=order.number,
            product=product_label(turn, order),
            total=turn.format.money(order.total),
        )
