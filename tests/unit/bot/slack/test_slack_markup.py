"""SL10: what people wrote, freed of Slack's markup, and what we write, safe from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.markup import escape, mentioned_users, plain_text, unescape

pytestmark = pytest.mark.rules("SL10")
NAMES = {"U0RAHIMA": "Rahima Khatun", "U0AMP": "A &amp; B"}


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays what was typed", "&lt; stays what was typed"),
        ("ask <@U0RAHIMA> please", "ask @Rahima Khatun please"),
        ("ask <@U0NOBODY> please", "ask @U0NOBODY please"),
        ("ask <@U0NOBODY|karim> please", "ask @karim please"),
        ("see <#C0HELP|help> or <#C0X>", "see #help or #C0X"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@shop-team> hi", "@shop-team hi"),
        ("until <!date^1712000000^{date}|1 April>", "until 1 April"),
        ("<https://shop.example/a?x=1&amp;y=2>", "https://shop.example/a?x=1&y=2"),
        ("<https://shop.example|shop.example>", "https://shop.example"),
        ("<https://shop.example/k|my order>", "my order (https://shop.example/k)"),
        ("<mailto:rahima@mail.example|rahima@mail.example>", "rahima@mail.example"),
        ("<tel:+8801700000000|01700000000>", "+8801700000000"),
        ("অর্ডার কোথায়?", "অর্ডার কোথায়?"),
        ("", ""),
    ],
)
def test_incoming_text_reads_as_its_author_saw_it(raw: str, seen: str) -> None:
    assert plain_text(raw, names=NAMES) == seen


def test_the_call_for_the_bot_is_no_part_of_the_question() -> None:
    assert plain_text("<@U0KOTHA> where is my order?", names={}, bot_user="U0KOTHA") == "where is my order?"
    assert plain_text("hey <@U0KOTHA> hello", names={}, bot_user="U0KOTHA") == "hey hello"


def test_mentioned_people_are_listed_once() -> None:
    assert mentioned_users("<@U1> <@W2|w> <@U1> <#C3>") == ("U1", "W2")


def test_exactly_three_characters_are_escaped() -> None:
    assert escape("""a & b < c > d " ' * _ ~ `""") == """a &amp; b &lt; c &gt; d " ' * _ ~ `"""


@given(st.text())
def test_what_was_escaped_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(st.characters(exclude_characters="\n"), min_size=1))
def test_escaped_text_holds_no_markup(text: str) -> None:
    """Whatever a customer or agent writes, it can call nobody and make no link of its own."""
    assert plain_text(escape(text), names=NAMES) == text.strip()
    assert mentioned_users(escape(text)) == ()
