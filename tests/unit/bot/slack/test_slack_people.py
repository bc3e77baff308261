"""Names are asked once and never waited for long; the token is shown to Slack alone."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from bot.channels.slack.client import SlackApi, SlackAway
from bot.channels.slack.files import is_slacks
from bot.channels.slack.people import (
    KEPT_SECONDS,
    MOST_ASKED,
    NOBODY,
    RETRY_SECONDS,
    People,
    Person,
    read_person,
)

RAHIMA = {"name": "rahima", "real_name": "Rahima Khatun", "profile": {"display_name": "Rahima"}}


class Api:
    """Answers `users.info`; `trouble` happens instead."""

    def __init__(self) -> None:
        self.calls = 0
        self.trouble: Callable[[], Any] | None = None

    async def call(self, _team: str, _method: str, **_arguments: object) -> dict[str, Any]:
        self.calls += 1
        if self.trouble is not None:
            await self.trouble()
        return {"ok": True, "user": RAHIMA}


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def people(api: Api, now: list[float]) -> People:
    return People(cast(SlackApi, api), clock=lambda: now[0])


async def test_a_name_is_asked_once_an_hour(people: People, api: Api, now: list[float]) -> None:
    for _ in range(3):
        assert await people.find("T1", "U1") == Person("Rahima", "rahima")
    assert api.calls == 1
    now[0] += KEPT_SECONDS
    await people.find("T1", "U1")
    assert api.calls == 2


async def test_a_message_full_of_names_does_not_become_a_flood_of_questions(people: People, api: Api) -> None:
    names = await people.names("T1", [f"U{number}" for number in range(3000)])
    assert api.calls == len(names) == MOST_ASKED


async def test_the_same_id_elsewhere_is_somebody_else(people: People, api: Api) -> None:
    await people.find("T1", "U1")
    await people.find("T2", "U1")
    assert api.calls == 2


async def test_a_slow_answer_is_not_waited_for(
    people: People, api: Api, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack.people.NAME_SECONDS", 0.01)
    api.trouble = lambda: asyncio.sleep(5)
    assert await people.find("T1", "U1") == NOBODY
    assert await people.find("T1", "U1") == NOBODY
    assert api.calls == 1  # nor asked for again at once
    api.trouble, now[0] = None, RETRY_SECONDS
    assert await people.find("T1", "U1") == Person("Rahima", "rahima")


async def test_an_old_name_is_better_than_none(people: People, api: Api, now: list[float]) -> None:
    async def away() -> None:
        raise SlackAway("unavailable")

    await people.find("T1", "U1")
    api.trouble, now[0] = away, KEPT_SECONDS
    assert await people.find("T1", "U1") == Person("Rahima", "rahima")


async def test_only_those_with_a_name_are_named(people: People, api: Api) -> None:
    assert await people.names("T1", ["U1"]) == {"U1": "Rahima"}
    assert await people.names("T1", []) == {}


@pytest.mark.parametrize(
    "user", [None, [], "U1", {}, {"profile": None, "name": 5}, {"profile": {"display_name": " "}}]
)
def test_a_user_without_names_is_nobody(user: object) -> None:
    assert read_person(user) == NOBODY


def test_the_real_name_stands_in_for_a_display_name() -> None:
    assert read_person({"name": "r", "profile": {"display_name": "", "real_name": "Rahima K"}}) == Person(
        "Rahima K", "r"
    )


@pytest.mark.rules("CH7")
@pytest.mark.parametrize(
    ("url", "theirs"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", True),
        ("https://slack.com/x", True),
        ("https://shop.enterprise.slack.com/x", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com.example/x", False),
        ("https://notslack.com/x", False),
        ("https://files.slack.com@evil.example/x", False),
        ("https://evil.example/files.slack.com", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1:9/x", False),
        ("", False),
    ],
)
def test_the_token_goes_to_slacks_addresses_alone(url: str, theirs: bool) -> None:
    assert is_slacks(url, "https://slack.com/api") is theirs


def test_a_stand_in_for_slack_may_have_the_token() -> None:
    assert is_slacks("http://127.0.0.1:8082/files-pri/F1/a.png", "http://127.0.0.1:8082/api")
    assert not is_slacks("http://127.0.0.1:8083/files-pri/F1/a.png", "http://127.0.0.1:8082/api")
