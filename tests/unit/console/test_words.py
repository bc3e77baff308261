"""Canned replies and previews: complete in every language, and never with a hole."""

import re
from datetime import date

import pytest

from bot.console.canned import load_words
from bot.console.previews import Teller, load_previews
from crm_store.domain.canned_replies import CannedReply, check_variables, render
from crm_store.domain.errors import UnknownVariable
from crm_store.domain.orders import OrderStatus, PaymentMethod
from crm_store.domain.tickets import TicketKind
from crm_store.seed.content import load_content

BLANK = re.compile(r"\{(\w+)\}")


def reply(**text: str) -> CannedReply:
    wordings = {code.replace("_", "-"): wording for code, wording in text.items()}
    return CannedReply(id=None, agent_id=None, shortcut="x", title="", title_bn="", text=wordings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Hello"), ("bn", "হ্যালো"), ("bn-Latn", "হ্যালো"), (None, "Hello"), ("fr", "Hello")],
)
def test_the_nearest_language_is_chosen(language: str | None, expected: str) -> None:
    assert render(reply(en="Hello", bn="হ্যালো"), language, {}).text == expected


def test_what_is_not_known_stays_a_blank_and_is_named_once() -> None:
    done = render(
        reply(en="{order.number} {order.number} {customer.name}"), "en", {"customer.name": {"en": "R"}}
    )
    assert done.text == "{order.number} {order.number} R"
    assert done.missing == ("order.number",)


def test_a_value_is_never_read_as_a_blank() -> None:
    done = render(reply(en="{customer.name}"), "en", {"customer.name": {"en": "{agent.name}"}})
    assert (done.text, done.missing) == ("{agent.name}", ())


@pytest.mark.parametrize("text", ["{customer.card}", "{}", "{customer}", "{customer.name.x}"])
def test_an_unknown_blank_is_refused(text: str) -> None:
    with pytest.raises(UnknownVariable):
        check_variables(text)


def test_the_demo_shops_replies_are_in_three_languages_and_fit() -> None:
    for record in load_content().canned_replies:
        assert set(record["text"]) == {"en", "bn", "bn-Latn"}
        for wording in record["text"].values():
            check_variables(wording)


def test_every_status_has_its_word_in_every_language() -> None:
    for words in load_words().values():
        assert set(words["status"]) == {status.value for status in OrderStatus}


def test_previews_say_the_same_in_both_languages() -> None:
    en, bn = (load_previews().words[language] for language in ("en", "bn"))
    assert en.keys() == bn.keys()
    for name in en:
        assert sorted(BLANK.findall(en[name])) == sorted(BLANK.findall(bn[name])), name
    assert {f"method.{method.value}" for method in PaymentMethod} <= en.keys()
    assert {f"kind.{kind.value}" for kind in TicketKind} <= en.keys()


def test_money_and_days_are_written_as_people_write_them() -> None:
    en, bn = (Teller({}, language) for language in ("en", "bn"))
    assert (en.money(125_000), bn.money(125_000)) == ("৳1,250", "৳১,২৫০")
    assert en.money(10_050) == "৳100.50"
    assert (en.day(date(2026, 11, 19)), bn.day(date(2026, 11, 19))) == ("19 November", "১৯ নভেম্বর")
