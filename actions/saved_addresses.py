"""Keeping an address for coming orders."""

import re
from typing import Final

from actions.addresses import looks_like_address
from actions.forms import FinishForm, ValidateForm, requested, what_is_confirmed
from actions.shipping_addresses import (
    as_given,
    correct_part,
    explain_unclear,
    is_address,
    take_address,
    take_city,
    written_out,
)
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.addresses import AddressLabel
from crm_store.domain.errors import TooManyAddresses
from crm_store.use_cases.addresses import add_address

# What customers call a place; an address may name an office as its building, so only the request is searched.
_NAMES: Final = {
    AddressLabel.OFFICE: re.compile(
        r"\b(?:office|work(?:place)?|shop|dokan)\b|অফিস|কর্মস্থল|দোকান", re.IGNORECASE
    ),
    AddressLabel.FAMILY: re.compile(
        r"\b(?:parents?|mum|mother|father|sister|brother|in-laws|amma|abba|ammu|abbu|bon|vai|shoshur)\w*"
        r"|আম্মা|আব্বা|মায়ের|বাবার|বোনের|ভাইয়ের|শ্বশুর",
        re.IGNORECASE,
    ),
    AddressLabel.HOME: re.compile(r"\b(?:home|house|flat|basha|basa|bari)\b|বাসা|বাড়ি", re.IGNORECASE),
}


class ValidateAddAddressForm(ValidateForm):
    """Which address, in which city, and is it right?"""

    form = "add_address_form"
    trigger = "set_up_shipping_address"
    confirmation = "address_confirmed"

    async def begin(self, turn: Turn) -> None:
        if not turn.is_verified:
            turn.say("utter_add_address_steps")
            turn.end_form()
            return
        name = next((name for name, words in _NAMES.items() if words.search(turn.text)), None)
        turn.set(address_name=name.value if name else None)
        if looks_like_address(turn.text):
            take_address(turn)

    async def hear(self, turn: Turn) -> bool:
        asked = requested(turn)
        if asked == "address_confirmed" and (correct_part(turn) or self.take_confirmation(turn)):
            return True
        if asked == "new_city" and take_city(turn):
            return True
        if is_address(turn, asked, self.trigger):
            take_address(turn)
            return True
        return explain_unclear(turn, asked, self.trigger)


class ActionAskAddAddressConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_add_address_form_address_confirmed"

    async def answer(self, turn: Turn) -> None:
        turn.say(
            "utter_confirm_add_address",
            address=written_out(turn.slot("new_address"), turn.slot("new_city")),
            confirms=what_is_confirmed(turn),
        )


class ActionAddAddress(FinishForm):
    confirmation = "address_confirmed"

    def name(self) -> str:
        return "action_add_address"

    async def perform(self, turn: Turn) -> None:
        name = turn.slot("address_name")
        try:
            saved = await add_address(
                self.store,
                turn.conversation_id,
                as_given(turn.slot("new_address"), turn.slot("new_city")),
                key=turn.key(self.name()),
                name=AddressLabel(name) if name else None,
            )
        except TooManyAddresses:
            turn.say("utter_too_many_addresses")
            turn.offer("handoff")
        else:
            response = "utter_address_added_default" if saved.is_default else "utter_address_added"
            turn.say(response, destination=saved.address.label)

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_address_not_added")
