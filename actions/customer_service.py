"""How to reach the shop's people: phone, e-mail and hours; public."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.opening_hours import FRIDAY, SATURDAY, SUPPORT_HOURS, Availability
from crm_store.domain.support import SUPPORT_EMAIL, SUPPORT_PHONE
from crm_store.use_cases.teams import when_team_is_there


class ActionContactCustomerService(TopicAction):
    """The ways to reach people, whether somebody is there now, and the offer to ask one from here."""

    def name(self) -> str:
        return "action_contact_customer_service"

    async def answer(self, turn: Turn) -> None:
        hours = await when_team_is_there(self.store)
        turn.say(
            "utter_contact_open" if hours.open_now else "utter_contact_closed",
            phone=turn.format.digits(SUPPORT_PHONE),
            email=SUPPORT_EMAIL,
            time=_next_change(turn, hours),
            **_week(turn),
        )
        turn.offer("handoff")


def _next_change(turn: Turn, hours: Availability) -> str:
    """Until when they are there, or when they are back."""
    if hours.closes_at is not None:
        return turn.format.clock(hours.closes_at, hours.timezone)
    return turn.format.moment(hours.opens_at or turn.now, hours.timezone, now=turn.now)


def _week(turn: Turn) -> dict[str, Any]:
    """When the days begin and end; Friday alone differs from the others."""
    usual, friday = SUPPORT_HOURS.week[SATURDAY], SUPPORT_HOURS.week[FRIDAY]
    return {
        "opens": _clock(turn, usual.opens),
        "closes": _clock(turn, usual.closes),
        "friday_opens": _clock(turn, friday.opens),
        "friday_closes": _clock(turn, friday.closes),
    }


def _clock(turn: Turn, at: time) -> str:
    zone = ZoneInfo(SUPPORT_HOURS.timezone)
    return turn.format.clock(datetime.combine(turn.today, at, zone), SUPPORT_HOURS.timezone)
