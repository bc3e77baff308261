"""Discounts, promotion codes and loyalty points."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from actions.formatting import bullets
from actions.forms import ANSWERS, ValidateForm, requested
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.errors import UnknownOrder
from crm_store.domain.loyalty import (
    MIN_POINTS_TO_USE,
    POINT_WORTH,
    POINTS_LAST,
    SPENT_PER_POINT,
    LoyaltyStanding,
)
from crm_store.domain.promotions import CodeProblem, CodeReport, Promotion
from crm_store.use_cases.offers import check_code, find_loyalty_standing, list_offers

CODE_FORM: Final = "promo_code_form"
DAYS_OF_A_MONTH: Final = 30
# A message holds a handful of words that could be codes; the rest of a pasted page is not looked up.
MAX_CODES: Final = 20

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,31}")
_ORDER_NUMBER: Final = re.compile(r"kt-?[0-9]+", re.IGNORECASE)


class ActionCheckDiscounts(TopicAction):
    """What runs now; what a tier opens is said apart, with the reason."""

    def name(self) -> str:
        return "action_check_discounts"

    async def answer(self, turn: Turn) -> None:
        offers = await list_offers(self.store, turn.conversation_id)
        # The facts name no tier when the customer does not want to be treated by it.
        tier = turn.slot("tier") if offers.personal else None
        if offers.for_all:
            turn.say("utter_discounts", lines=_lines(turn, offers.for_all))
        elif not tier:
            turn.say("utter_no_discounts")
        if tier:
            named = turn.words(f"tier.{tier}")
            turn.explain("utter_why_tier_offer", value=tier, tier=named)
            turn.say("utter_discounts_for_tier", tier=named, lines=_lines(turn, offers.personal))


def _lines(turn: Turn, promotions: Sequence[Promotion]) -> str:
    return bullets(promotion_line(turn, promotion) for promotion in promotions)


def promotion_line(turn: Turn, promotion: Promotion) -> str:
    """ "Winter sale: 15 % off sarees, code WINTER15, on Tk 1,000 or more, until 30 November"."""
    return turn.words(
        "offer.line_from" if promotion.min_total else "offer.line",
        name=turn.format.name(promotion.name, promotion.name_bn),
        code=promotion.code,
        amount=turn.format.money(promotion.min_total),
        date=turn.format.day(promotion.ends_on),
    )


class ActionReportPromoCodeProblem(TopicAction):
    """Says why a code does not work; asks which one when the message names none."""

    def name(self) -> str:
        return "action_report_promo_code_problem"

    async def answer(self, turn: Turn) -> None:
        if turn.slot("task") == CODE_FORM:
            asked_for = turn.slot("promo_code")
            turn.clear(["task", "promo_code"])
            if asked_for:
                await self._report(turn, [asked_for], is_certain=True)
        else:
            await self._report(turn, find_codes(turn.text), is_certain=False)

    async def _report(self, turn: Turn, codes: Sequence[str], *, is_certain: bool) -> None:
        number = turn.entity("order_number")
        try:
            report = (
                await check_code(self.store, turn.conversation_id, codes, number=number) if codes else None
            )
        except UnknownOrder:
            turn.say("utter_order_unknown", number=number)
            return
        if report and (report.promotion or is_certain or looks_like_code(report.code)):
            _say(turn, report)
        elif turn.active_form is None:
            turn.follow_up(CODE_FORM)
        else:
            turn.say("utter_ask_promo_code")


def find_codes(text: str) -> list[str]:
    """Words that may be codes, those that look like one first."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    words = [word for word in _WORD.findall(digits) if not _ORDER_NUMBER.fullmatch(word)]
    return sorted(dict.fromkeys(words), key=lambda word: not looks_like_code(word))[:MAX_CODES]


def looks_like_code(word: str) -> bool:
    """Letters and digits in one word, as no ordinary word has them."""
    return any(char.isdigit() for char in word) and sum(char.isalpha() for char in word) > 1


def _say(turn: Turn, report: CodeReport) -> None:
    promotion, order = report.promotion, report.order
    problem = report.problem.value if report.problem else ("valid_for_order" if order else "valid")
    turn.say(
        f"utter_code_{problem}",
        code=report.code,
        number=order.number if order else "",
        **(_terms(turn, promotion, report.problem) if promotion else {}),
    )
    if report.instead:
        turn.say("utter_code_instead", line=promotion_line(turn, report.instead))
    if report.problem in (None, CodeProblem.UNKNOWN):
        turn.offer("handoff")


def _terms(turn: Turn, promotion: Promotion, problem: CodeProblem | None) -> dict[str, Any]:
    begins = problem is CodeProblem.NOT_STARTED
    method, tier = promotion.payment_method, promotion.tier
    return {
        "line": promotion_line(turn, promotion),
        "date": turn.format.day(promotion.starts_on if begins else promotion.ends_on),
        "amount": turn.format.money(promotion.min_total),
        "method": turn.words(f"payment_method.{method.value}") if method else "",
        "tier": turn.words(f"tier.{tier.value}") if tier else "",
    }


class ValidatePromoCodeForm(ValidateForm):
    """Which code?"""

    form = CODE_FORM
    trigger = "report_promo_code_problem"

    async def begin(self, turn: Turn) -> None:
        """Only begun when the message named no code: the question is already clear."""
        turn.set(promo_code=None)

    async def hear(self, turn: Turn) -> bool:
        if requested(turn) != "promo_code":
            return False
        if turn.intent == "deny":
            turn.say(f"utter_dropped_{self.form}")
            turn.end_form()
            return True
        codes = find_codes(turn.text)
        alone = len(turn.text.split()) == 1 and turn.intent in ANSWERS | {self.trigger, "out_of_scope"}
        if not codes or not (alone or looks_like_code(codes[0])):
            return False
        turn.set(promo_code=codes[0])
        return True


class ActionCheckLoyaltyPoints(TopicAction):
    """Balance, worth, what ends next and what is missing to the next tier."""

    def name(self) -> str:
        return "action_check_loyalty_points"

    async def answer(self, turn: Turn) -> None:
        standing = await find_loyalty_standing(self.store, turn.conversation_id)
        turn.explain("utter_why_points")
        turn.say(
            "utter_points" if standing.points else "utter_points_none",
            points=turn.format.number(standing.points),
            worth=turn.format.money(standing.worth),
            details=" ".join(_details(turn, standing)),
        )

    def ask_for_login(self, turn: Turn) -> None:
        """How points work can be said to anybody."""
        self.ask_who_it_is(turn, "utter_points_login", **_rules(turn))


def _rules(turn: Turn) -> dict[str, Any]:
    return {
        "spent": turn.format.money(SPENT_PER_POINT),
        "worth": turn.format.money(POINT_WORTH),
        "least": turn.format.number(MIN_POINTS_TO_USE),
        "months": turn.format.number(POINTS_LAST.days // DAYS_OF_A_MONTH),
    }


def _details(turn: Turn, standing: LoyaltyStanding) -> list[str]:
    rules = _rules(turn)
    details = [turn.words("points.usable" if standing.is_usable else "points.not_yet", **rules)]
    if standing.next_expiry:
        details.append(
            turn.words(
                "points.expiry",
                points=turn.format.number(standing.next_expiry.points),
                date=turn.format.day(standing.next_expiry.expires_on),
            )
        )
    details.append(_tier_line(turn, standing))
    details.append(turn.words("points.earning", **rules))
    return details


def _tier_line(turn: Turn, standing: LoyaltyStanding) -> str:
    tier = turn.words(f"tier.{standing.tier.value}")
    if standing.next_tier is None:
        return turn.words("points.highest_tier", tier=tier)
    return turn.words(
        "points.next_tier" if standing.orders_missing > 1 else "points.next_tier_soon",
        tier=tier,
        next=turn.words(f"tier.{standing.next_tier.value}"),
        orders=turn.format.number(standing.orders_missing),
    )
