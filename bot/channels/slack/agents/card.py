"""The first message of a thread: the console's card, its state and buttons, in the team's language. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.channels.slack.cards import MAX_SECTION
from bot.channels.slack.markup import escape, within
from bot.channels.wording import Wording
from crm_store.domain.agent_threads import AgentThread
from crm_store.domain.conversation_lists import Summary
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import Handling
from crm_store.domain.handoff_card import Card
from crm_store.domain.sentences import Sentence
from crm_store.use_cases.conversation_lists import OpenedConversation

ACTION: Final = "agents"  # action ids: `agents:claim`, `agents:reply` …; their value is the thread's id
OPEN: Final = "open"
MAX_HEADER: Final = 150
MAX_LISTED: Final = 200  # so that the longest list fits into a section
MOST_LISTED: Final = 6  # of what the bot tried, knows and has collected; the console shows all
BENGALI: Final = "bn"

# What can be done where the conversation is; the first one is what is wanted most.
_BUTTONS: Final[dict[str, tuple[str, ...]]] = {
    Handling.QUEUED: ("claim", "note", "hand_back", "resolve"),
    Handling.CLAIMED: ("reply", "note", "hand_back", "resolve", "release"),
    Handling.SNOOZED: ("claim", "note", "resolve"),
    Handling.BOT: ("step_in", "note", "resolve"),
    Handling.RESOLVED: (),
}
_MARKS: Final = {
    Handling.QUEUED: ":bell:",
    Handling.CLAIMED: ":speech_balloon:",
    Handling.SNOOZED: ":zzz:",
    Handling.BOT: ":robot_face:",
    Handling.RESOLVED: ":white_check_mark:",
}


@dataclass(frozen=True)
class CardWriter:
    """Writes cards. `console`: its address; `prefix`: what a line for the customer begins with."""

    wording: Wording
    console: str
    prefix: str

    def message(self, thread: AgentThread, opened: OpenedConversation) -> JsonObject:
        """The message, as chat.postMessage and chat.update take it."""
        page = _Page(self.wording, thread.language)
        summary = opened.conversation
        title = page.say("title", customer=page.name_of(summary))
        state = f"{_MARKS[Handling(summary.state)]} {page.state_of(thread, summary)}"
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": title[:MAX_HEADER], "emoji": False}},
            _section(state),
            *(_section(text) for text in page.card_of(summary, opened.card)),
            *self._foot(thread, summary, page),
        ]
        return {"text": f"{escape(title)} · {state}", "blocks": blocks}

    def address_of(self, thread: AgentThread) -> str:
        """Where the console has the conversation."""
        return f"{self.console}/inbox/all/{thread.conversation_id}"

    def _foot(self, thread: AgentThread, summary: Summary, page: "_Page") -> list[JsonObject]:
        done = () if thread.is_superseded else _BUTTONS[summary.state]
        buttons = [self._button(name, thread.id, page, first=n == 0) for n, name in enumerate(done)]
        buttons.append(self._link(thread, page))
        actions: JsonObject = {"type": "actions", "elements": buttons}
        if not done:
            return [actions]
        help_text = page.say("thread_help", prefix=f"`{self.prefix}`")
        return [actions, {"type": "context", "elements": [{"type": "mrkdwn", "text": escape(help_text)}]}]

    def _button(self, name: str, thread_id: UUID, page: "_Page", *, first: bool) -> JsonObject:
        button: JsonObject = {
            "type": "button",
            "action_id": f"{ACTION}:{name}",
            "text": {"type": "plain_text", "text": page.say(f"do_{name}"), "emoji": False},
            "value": str(thread_id),
        }
        return button | {"style": "primary"} if first else button

    def _link(self, thread: AgentThread, page: "_Page") -> JsonObject:
        return {
            "type": "button",
            "action_id": f"{ACTION}:{OPEN}",
            "text": {"type": "plain_text", "text": page.say("do_open"), "emoji": False},
            "url": self.address_of(thread),
        }


@dataclass(frozen=True)
class _Page:
    """The card's sentences in one language."""

    wording: Wording
    language: str

    def say(self, name: str, **values: object) -> str:
        return self.wording.say(name, self.language).format(**values)

    def both(self, sentence: Sentence) -> str:
        return sentence.bn if self.language == BENGALI else sentence.en

    def name_of(self, summary: Summary) -> str:
        customer = summary.customer
        name = customer.name_bn if self.language == BENGALI and customer.name_bn else customer.name
        return name or self.say("somebody")

    def state_of(self, thread: AgentThread, summary: Summary) -> str:
        """Who has it, or since when somebody waits: what changes while the thread goes on."""
        if thread.is_superseded:
            return self.say("superseded")
        agent = summary.assignee.in_language(self.language) if summary.assignee else ""
        match summary.state:
            case Handling.QUEUED:
                return self.say("waiting_since", time=_time(summary.queued_at or summary.updated_at))
            case Handling.CLAIMED:
                return self.say("claimed_by", agent=f"*{escape(agent)}*")
            case Handling.SNOOZED:
                return self.say("snoozed_by", agent=f"*{escape(agent)}*")
            case Handling.BOT:
                return self.say("with_the_bot")
            case _:
                return self.say("resolved")

    def card_of(self, summary: Summary, card: Card | None) -> Iterable[str]:
        """The sections between state and buttons."""
        yield " · ".join(self._about(summary))
        if card is None:
            return
        if card.wants is not None:
            yield f"*{self.say('wants')}:* {within(self.both(card.wants), MAX_SECTION // 2)}"
        if card.last_words:
            yield f"*{self.say('last_words')}:* “{within(card.last_words, MAX_SECTION // 2)}”"
        tried = [f"{'✓' if each.worked else '✗'} {self._either(each.en, each.bn)}" for each in card.tried]
        yield from self._listed("tried", tried)
        known = [self._either(each.en, each.bn) for each in card.facts]
        given = [
            f"{self._either(each.label, each.label_bn)}: {within(each.value, MAX_LISTED)}"
            for each in card.collected
        ]
        yield from self._listed("known", [*known, *given])

    def _either(self, en: str, bn: str) -> str:
        return within(bn if self.language == BENGALI else en, MAX_LISTED)

    def _about(self, summary: Summary) -> Iterable[str]:
        yield self.say("verified" if summary.customer.verified else "unverified")
        yield escape(summary.channel)
        if summary.language:
            yield escape(summary.language)
        if summary.customer.tier:
            yield escape(summary.customer.tier)
        if summary.mood is not None:
            yield self.say(f"mood_{summary.mood.level}")
        if summary.reason:
            yield self.say("asked_because", reason=self.say(f"reason_{summary.reason}"))

    def _listed(self, title: str, lines: list[str]) -> Iterable[str]:
        if lines:
            shown = "\n".join(f"• {line}" for line in lines[:MOST_LISTED])
            yield f"*{self.say(title)}*\n{shown}"


def _section(text: str) -> JsonObject:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _time(at: datetime) -> str:
    """Shown in each reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%H:%M} UTC>"
