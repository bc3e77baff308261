"""What a letter says: plain text, in the customer's language. Pure."""

from typing import Any, Final

from bot.channels.wording import Wording
from crm_store.domain.conversations import JsonObject
from crm_store.domain.outbox import OutboxItem

# What they had written stands below the answer, to be recognised by.
MOST_QUOTED: Final = 600


def letter_of(item: OutboxItem, wording: Wording) -> JsonObject:
    """To whom, about what, and the whole text."""
    to = item.address
    language = to.get("language")
    paragraphs = [
        wording.say("greeting", language).format(name=_name(to)),
        wording.say("answers", language).format(agent=_agent(item, language)),
        item.text or "",
        wording.say("files", language).format(n=len(item.attachments)) if item.attachments else "",
        wording.say("go_on", language),
        wording.say("shop", language),
        _quoted(wording, to),
    ]
    return {
        "to": to.get("to"),
        "name": _name(to),
        "subject": _subject(wording, to),
        "text": "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n",
    }


def _subject(wording: Wording, to: JsonObject) -> str:
    ticket = to.get("ticket")
    name = "subject_numbered" if ticket else "subject"
    return wording.say(name, to.get("language")).format(ticket=ticket)


def _quoted(wording: Wording, to: JsonObject) -> str:
    asked = str(to.get("asked") or "").strip()
    if not asked:
        return ""
    cut = asked if len(asked) <= MOST_QUOTED else asked[:MOST_QUOTED].rstrip() + " …"
    lines = "\n".join(f"> {line}" for line in cut.splitlines())
    return f"{wording.say('you_wrote', to.get('language'))}\n{lines}"


def _name(to: JsonObject) -> str:
    """Bengali letters only to who reads them."""
    name: Any = to.get("name_bn") if to.get("language") == "bn" else None
    return str(name or to.get("name") or "")


def _agent(item: OutboxItem, language: str | None) -> str:
    if item.agent is None:
        return ""
    return (item.agent.name_bn if language == "bn" else None) or item.agent.name
