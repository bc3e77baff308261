"""Where the stores are and when they are open, seen from a Saturday noon."""

from datetime import UTC, datetime

import pytest

from actions.labels import LANGUAGES
from tests.unit.actions.acting import Acting, Dialogue, Message, Outcome, entity
from tests.unit.actions.conftest import Clock

FIND, HOURS = "action_find_store", "action_check_store_hours"


async def _ask(
    acting: Acting, action: str, text: str, *entities: dict[str, object], **slots: object
) -> Outcome:
    return await acting.run(action, Message("find_store", text, entities), Dialogue(dict(slots)))


@pytest.fixture
async def visitor(acting: Acting) -> Acting:
    await acting.visit(None)
    return acting


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("how do i get to your dhanmondi branch", "Dhanmondi"),
        ("ধানমন্ডির দোকানটা কোথায়", "Dhanmondi"),
        ("ami ekhon mirpur 10, kon dokan ta kase", "Uttara"),
        ("is there a shop around gulshan", "Uttara"),
        ("ফার্মগেট থেকে কাছে কোনটা", "Dhanmondi"),
        ("where is the agrabad store", "Agrabad"),
        ("zindabazar er dokan", "Zindabazar"),
    ],
)
async def test_a_store_is_found_by_its_name_or_its_neighbourhood(
    visitor: Acting, text: str, store: str
) -> None:
    outcome = await _ask(visitor, FIND, text)
    assert outcome.said == ["utter_store"]
    assert outcome.responses[0]["store"] == store
    assert outcome.responses[0]["map"].startswith("https://")


async def test_a_city_with_one_store_shows_it(visitor: Acting) -> None:
    outcome = await _ask(visitor, FIND, "any branch in chittagong", entity("city", "Chattogram"))
    assert outcome.responses[0]["store"] == "Agrabad"


async def test_a_city_with_two_stores_lets_the_customer_choose(visitor: Acting) -> None:
    outcome = await _ask(visitor, FIND, "stores in dhaka", entity("city", "Dhaka"))
    assert outcome.said == ["utter_stores"]
    assert [button["title"] for button in outcome.buttons] == ["Dhanmondi", "Uttara"]


async def test_a_city_without_a_store_is_told_the_nearest(visitor: Acting) -> None:
    outcome = await _ask(visitor, FIND, "কুমিল্লায় আছেন?", entity("city", "Cumilla"), language="bn")
    assert outcome.said == ["utter_no_store_there", "utter_store"]
    assert outcome.responses[0]["city"] == "কুমিল্লা"


async def test_a_visitor_without_a_place_sees_all_of_them(visitor: Acting) -> None:
    outcome = await _ask(visitor, FIND, "where is your shop")
    assert outcome.said == ["utter_stores"]
    assert len(outcome.buttons) == 4


async def test_a_customer_sees_the_one_near_home_and_may_ask_why(acting: Acting) -> None:
    await acting.visit("shirin")
    outcome = await _ask(acting, FIND, "where is your shop", verified=True)
    assert outcome.responses[0]["store"] == "Agrabad"
    assert outcome.slots["last_explanation"][0]["response"] == "utter_why_home_city"


@pytest.mark.rules("G5")
async def test_a_claimed_log_in_does_not_read_where_the_customer_lives(visitor: Acting) -> None:
    assert (await _ask(visitor, FIND, "where is your shop", verified=True)).said == ["utter_stores"]


async def test_a_button_names_its_store(visitor: Acting) -> None:
    outcome = await _ask(visitor, HOURS, "Uttara", entity("branch", "uttara"))
    assert outcome.said == ["utter_store_hours"]
    assert outcome.responses[0]["line"] == "Uttara: open now, until 9 pm"
    assert outcome.responses[0]["hours"].splitlines() == [
        "Saturday–Tuesday: 10 am to 9 pm",
        "Wednesday: closed",
        "Thursday: 10 am to 9 pm",
        "Friday: 2:30 pm to 9 pm",
    ]


async def test_at_night_it_says_when_it_opens(visitor: Acting, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # 11 pm in Dhaka
    outcome = await _ask(visitor, HOURS, "dhanmondi open?")
    assert outcome.responses[0]["line"] == "Dhanmondi: closed now, opens tomorrow at 10 am"


async def test_all_stores_are_listed_when_none_is_named(visitor: Acting) -> None:
    outcome = await _ask(visitor, HOURS, "are you open")
    assert outcome.said == ["utter_stores_hours"]
    assert len(outcome.responses[0]["lines"].splitlines()) == 4


async def test_another_day_has_its_own_hours(visitor: Acting) -> None:
    friday = entity("date", "2026-11-27")
    outcome = await _ask(visitor, HOURS, "are you open on friday", friday)
    assert outcome.said == ["utter_store_hours_of_day"]
    assert outcome.responses[0]["day"] == "Friday, 27 November"
    assert outcome.responses[0]["lines"].splitlines() == [
        "• Dhanmondi: 2:30 pm to 9 pm",
        "• Uttara: 2:30 pm to 9 pm",
        "• Agrabad: closed",
        "• Zindabazar: 3 pm to 8:30 pm",
    ]


async def test_today_is_answered_with_now(visitor: Acting) -> None:
    today = entity("date", "2026-11-21")
    assert (await _ask(visitor, HOURS, "open today?", today)).said == ["utter_stores_hours"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("branch", ["dhanmondi", "uttara", "agrabad", "zindabazar"])
@pytest.mark.parametrize("action", [FIND, HOURS])
async def test_every_store_is_spoken_about_in_every_language(
    visitor: Acting, action: str, branch: str, language: str
) -> None:
    assert (await _ask(visitor, action, "?", entity("branch", branch), language=language)).said
