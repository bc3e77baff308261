"""Canned replies: an agent's own and everybody's, filled in for one customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson
from babel.dates import format_date

from bot.channels.web.refusals import Refusal
from bot.console.administration_bodies import ChangedCannedReply, NewCannedReply, RenderFor, Wording
from bot.console.bodies import Nothing
from bot.console.calls import Answer, Call, not_allowed
from bot.console.permissions import Permission
from bot.console.principals import Principal
from bot.console.routing import Route
from bot.console.shapes import CannedReplyObject, Rendered, listed
from bot.console.writing import canned_reply_object
from crm_store.domain.canned_replies import BENGALI, ENGLISH, ROMANISED, render
from crm_store.use_cases.canned_replies import (
    add_canned_reply,
    change_canned_reply,
    list_canned_replies,
    read_for_rendering,
    remove_canned_reply,
)
from crm_store.use_cases.unit_of_work import Store

CATALOGUE: Final = Path(__file__).parent.parent / "catalogue"
LANGUAGES: Final = (ENGLISH, BENGALI, ROMANISED)
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


@dataclass(frozen=True)
class CannedReplies:
    """Handlers of canned replies."""

    store: Store
    words: Mapping[str, Mapping[str, Any]]

    def routes(self) -> list[Route]:
        """What is served; that a shared one needs more than an own one is checked by the handler."""
        write = Permission.CONVERSATIONS_WRITE
        taken = ("name_taken", "unknown_variable")
        return [
            Route(
                "GET",
                "/canned-replies",
                Permission.TEAM_READ,
                self.list_all,
                "Replies to use again",
                gives=listed(CannedReplyObject),
            ),
            Route(
                "POST",
                "/canned-replies",
                write,
                self.add,
                "Keep a reply; shared ones need canned_replies.write",
                takes=NewCannedReply,
                gives=CannedReplyObject,
                status=201,
                refuses=taken,
            ),
            Route(
                "PATCH",
                "/canned-replies/{reply}",
                write,
                self.change,
                "Change a reply",
                takes=ChangedCannedReply,
                gives=CannedReplyObject,
                refuses=taken,
            ),
            Route("DELETE", "/canned-replies/{reply}", write, self.remove, "Remove a reply", status=204),
            Route(
                "POST",
                "/canned-replies/{reply}/render",
                Permission.CONVERSATIONS_READ,
                self.render,
                "Fill a reply in for the customer of a conversation",
                takes=RenderFor,
                gives=Rendered,
                is_audited=False,
            ),
        ]

    async def list_all(self, call: Call[Nothing]) -> Answer:
        """Everybody's and one's own."""
        replies = await list_canned_replies(self.store, call.who.id)
        return Answer({"items": [canned_reply_object(reply, call.who.id) for reply in replies]})

    async def add(self, call: Call[NewCannedReply]) -> Answer:
        """One's own, or a shared one."""
        given, who = call.given, call.who
        if given.shared and not _may_share(who):
            raise not_allowed(Permission.CANNED_REPLIES_WRITE)
        reply = await add_canned_reply(
            self.store,
            agent_id=None if given.shared else who.id,
            shortcut=given.shortcut,
            title=given.title,
            title_bn=given.title_bn,
            text=_wordings(given.text),
        )
        return Answer(canned_reply_object(reply, who.id), status=201)

    async def change(self, call: Call[ChangedCannedReply]) -> Answer:
        """What is left out stays."""
        given, who = call.given, call.who
        values = given.model_dump(exclude_none=True, exclude={"shared", "text"})
        if given.text is not None:
            values["text"] = _wordings(given.text)
        reply = await change_canned_reply(
            self.store,
            call.id("reply"),
            agent_id=who.id,
            may_share=_may_share(who),
            shared=given.shared,
            **values,
        )
        return Answer(canned_reply_object(reply, who.id))

    async def remove(self, call: Call[Nothing]) -> Answer:
        """For good."""
        await remove_canned_reply(
            self.store, call.id("reply"), agent_id=call.who.id, may_share=_may_share(call.who)
        )
        return Answer(None)

    async def render(self, call: Call[RenderFor]) -> Answer:
        """In the customer's language; what is not known stays a blank and is named."""
        reply, known = await read_for_rendering(
            self.store, call.id("reply"), call.given.conversation, call.who.id
        )
        done = render(reply, known["language"], self._values(known, call.who))
        return Answer({"text": done.text, "language": done.language, "missing": list(done.missing)})

    def _values(self, known: Mapping[str, Any], who: Principal) -> dict[str, dict[str, str]]:
        customer, order = known["customer"], known["order"]
        values = {
            "customer.name": _in_both(customer["name"], customer["name_bn"]),
            "agent.name": _in_both(who.agent.name, who.agent.name_bn),
            "shop.name": {language: self.words[language]["shop"] for language in LANGUAGES},
        }
        if order is not None:
            values["order.number"] = {ENGLISH: order["number"]}
            values["order.status"] = {
                language: self.words[language]["status"][order["status"]] for language in LANGUAGES
            }
            if order["promised_by"] is not None:
                values["order.promised_by"] = {
                    language: _day(order["promised_by"], language) for language in LANGUAGES
                }
        return values


def load_words() -> dict[str, dict[str, Any]]:
    """The words canned replies are filled with, by language."""
    return {
        language: orjson.loads((CATALOGUE / f"canned.{language}.json").read_bytes()) for language in LANGUAGES
    }


def unknown_variable(name: str) -> Refusal:
    """A blank nobody can fill."""
    message = f"There is no variable {{{name}}}. Known ones stand in docs/contracts/console.md."
    return Refusal("unknown_variable", message, name=name)


def _may_share(who: Principal) -> bool:
    return who.may(Permission.CANNED_REPLIES_WRITE)


def _wordings(text: Wording) -> dict[str, str]:
    given = {ENGLISH: text.en, BENGALI: text.bn, ROMANISED: text.bn_latn}
    return {language: wording for language, wording in given.items() if wording is not None}


def _in_both(name: str | None, name_bn: str | None) -> dict[str, str]:
    return {language: value for language, value in ((ENGLISH, name), (BENGALI, name_bn)) if value is not None}


def _day(day: date, language: str) -> str:
    if language == BENGALI:
        return str(format_date(day, "d MMMM", locale="bn_BD")).translate(_BENGALI_DIGITS)
    return str(format_date(day, "d MMMM", locale="en_IN"))
