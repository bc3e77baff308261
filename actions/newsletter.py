"""Offers by e-mail and SMS: on, off, or how it is now."""

import re
from typing import Final

from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.use_cases.accounts import choose_marketing, find_account

# Asked rather than wanted: what is, how many, whether; or for somebody else, who has to ask themselves.
_LEAVES_OPEN: Final = re.compile(
    r"\b(?:am i|is my|is there|(?<!why )do i (?:get|receive)|do you have|check|whether|how many|how often"
    r"|what is in|manage|preferences?|fewer|less|my (?:wife|husband|mother|father|friend|sister|brother))\b"
    r"|\b(?:ami ki|check|komano|ki ase|ki ache|ki (?:on|off|chalu)|bou|ammu|abbu)\b"
    r"|আমি কি|চেক|কমানো|কি (?:আছে|চালু|অন)|পছন্দ|স্ত্রী|বউ|আম্মু|আব্বু"
)
# Wanted back: the words for stopping in it only tell what happened.
_AGAIN: Final = re.compile(
    r"\b(?:re-?subscribe|after all|accident\w*|by mistake|put me back|add me again|changed my mind)\b"
    r"|\b(?:mon bodla\w*|vul kore|bhul kore|abar (?:chalu|add|den))\b"
    r"|মন বদল|ভুল করে|আবার (?:চালু|যুক্ত|দেন|দিন)"
)
_STOPS: Final = re.compile(
    r"\b(?:unsub\w*|stop\w*|no more|no longer|not any ?more|cancel\w*|remov\w*|off|opt(?:ing)?[ -]?out"
    r"|don'?t|do not|quit|end|leave|discontinue|block|enough|sick of|hate|too many|so many|spam"
    r"|not interested|never agreed|every single)\b"
    r"|\b(?:bondho|bandho|bad|batil|katen|biroto|birokto|dorkar n(?:ai|ei)|interest nai|offer er na"
    r"|(?:chai|lage|lagbe|lagto|diyen|diben|koiren|pathaben|dei|ashuk) nai?|jalaiyen|eto ad)\b"
    r"|বন্ধ|আনসাব|বাদ |বাতিল|অফ(?!া)|কাটু|কাটে|বিরত|বিরক্ত|স্প্যাম|দরকার ন|আগ্রহ না|অফারের না"
    r"|(?:চাই|লাগে|লাগবে|লাগতো|দিয়েন|দেবেন|দিবেন|পাঠাবেন) না|চাইনা|জ্বালা|অনুমতি দেই|এত অ্যাড"
)
_STARTS: Final = re.compile(
    r"\b(?:subscribe|subscriber|sign (?:me )?up|join|receive|get|send me|put me on|add me|opt(?:ing)?[ -]?in"
    r"|keep me|notify|let me know|hear|inform\w*|told|enrol\w*|register|on|would like|mail me|wish)\b"
    r"|\b(?:chalu|pete|paite|janaben|janaiyen|janale|add|tule den|diyen|diben|jante|mail e chai)\b"
    r"|চালু|অন |পেতে|পাইতে|জানাবেন|জানালে|জানিয়েন|জানতে|সাবস্ক্রাইব|যোগ|যুক্ত|তুলে দিন|গ্রাহক হ|দিয়েন"
    r"|মেইলে চাই"
)


def read_wish(text: str) -> bool | None:
    """True: wants offers. False: wants none. None: asks, or does not say."""
    plain = text.casefold()
    if _LEAVES_OPEN.search(plain):
        return None
    if _AGAIN.search(plain):
        return True
    if _STOPS.search(plain):
        return False
    return True if _STARTS.search(plain) else None


class ActionNewsletterSubscription(TopicAction):
    """Does at once what was asked for, with a button to undo it; asks only when the words leave it open."""

    def name(self) -> str:
        return "action_newsletter_subscription"

    async def answer(self, turn: Turn) -> None:
        clicked = turn.entity("subscription")
        if clicked == "keep":
            turn.say("utter_newsletter_kept")
            return
        wish = clicked == "on" if clicked else read_wish(turn.text)
        if wish is None:
            await self._say_how_it_is(turn)
        else:
            await self.choose(turn, allowed=wish)

    async def choose(self, turn: Turn, *, allowed: bool) -> None:
        """Switch the offers on or off and say so."""
        chosen = await choose_marketing(
            self.store, turn.conversation_id, allowed=allowed, key=turn.key(self.name())
        )
        if chosen.already:
            turn.say("utter_newsletter_already_on" if allowed else "utter_newsletter_already_off")
        else:
            turn.say("utter_newsletter_on" if allowed else "utter_newsletter_off")

    async def _say_how_it_is(self, turn: Turn) -> None:
        account = await find_account(self.store, turn.conversation_id)
        if account.gets_offers:
            turn.say("utter_newsletter_is_on")
        else:
            turn.say("utter_newsletter_is_off")
            turn.offer("newsletter")

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")
