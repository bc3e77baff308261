"""Judges from the ledger alone, a widget's customers here: what was accepted, what they saw, what is kept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tests.faults.ledger import Entry, of_kind
from tests.faults.notices import HONEST, NOT_YET, phrases
from tests.faults.platform_judge import PlatformCase, doubtful_moments
from tests.faults.verdict import Verdict, Violation

TICKET: Final = re.compile(r"TK-\d+")


@dataclass(frozen=True)
class Held:
    """While a person had the conversation: after `first`, up to `last` nothing of the bot; over at `back`."""

    first: int
    last: int
    back: int


@dataclass
class WidgetCase:
    """What the ledger holds of one customer's conversation."""

    customer: str
    entries: Sequence[Entry]
    complaints: list[Violation] = field(default_factory=list)

    def judge(self) -> Verdict:
        """Every promise in turn."""
        self._lost()
        self._repeated()
        self._out_of_order()
        self._after_take_over()
        self._changed_once()
        counts = self._unanswered()
        return Verdict(counts, self.complaints, self._waits())

    @cached_property
    def history(self) -> list[Entry]:
        """As a new tab sees it."""
        return of_kind(self.entries, "history")

    @cached_property
    def sent(self) -> list[str]:
        """The keys of the messages, as they were written."""
        return [entry["key"] for entry in of_kind(self.entries, "sent")]

    @cached_property
    def accepted(self) -> dict[str, Entry]:
        """By key."""
        return {entry["key"]: entry for entry in of_kind(self.entries, "accepted")}

    @cached_property
    def replies(self) -> list[Entry]:
        """What the bot, or the service for it, said to a message."""
        return [event for event in self.history if event["in_reply_to"] and event["author"] != "customer"]

    @cached_property
    def held(self) -> list[Held]:
        """The take-overs."""
        found: list[Held] = []
        first = last = -1
        for entry in of_kind(self.entries, "claimed", "held", "handed_back"):
            if entry["kind"] == "claimed":
                first = entry["seq"]
            elif entry["kind"] == "held":
                last = entry["seq"]
            else:
                found.append(Held(first, last, entry["seq"]))
        return found

    def _say(self, kind: str, what: str) -> None:
        self.complaints.append(Violation(kind, self.customer, what))

    def _lost(self) -> None:
        there = {event["client_msg_id"]: event for event in self.history if event["author"] == "customer"}
        for key, ack in self.accepted.items():
            event = there.get(key)
            if event is None:
                self._say("lost", f"{key} was acknowledged as {ack['seq']} and is not in the history")
            elif (event["id"], event["seq"]) != (ack["id"], ack["seq"]):
                self._say("lost", f"{key} was acknowledged as {ack['seq']} and stands at {event['seq']}")
        now = {event["seq"]: event["id"] for event in self.history}
        for event in of_kind(self.entries, "event"):
            if now.get(event["seq"]) != event["id"]:
                self._say("lost", f"{event['seq']} was shown and is not in the history: {event['text']!r}")
        texts = {event["text"] for event in self.history if event["author"] == "agent"}
        for entry in of_kind(self.entries, "agent_accepted"):
            if entry["text"] not in texts:
                self._say("lost", f"the agent's {entry['text']!r} is not in the history")

    def _repeated(self) -> None:
        own = Counter(event["client_msg_id"] for event in self.history if event["author"] == "customer")
        answers = Counter((event["in_reply_to"], event["text"]) for event in self.replies)
        agents = Counter(event["text"] for event in self.history if event["author"] == "agent")
        frames = Counter((event["connection"], event["seq"]) for event in of_kind(self.entries, "event"))
        for found in (own, answers, agents, frames):
            for what, count in found.items():
                if count > 1:
                    self._say("repeated", f"{count} times: {what}")

    def _out_of_order(self) -> None:
        numbers = [event["seq"] for event in self.history]
        if numbers != list(range(1, len(numbers) + 1)):
            self._say("out of order", f"the numbers have gaps or repeats: {numbers}")
        own = [event["client_msg_id"] for event in self.history if event["author"] == "customer"]
        if own != [key for key in self.sent if key in own]:
            self._say("out of order", "the customer's messages stand in another order than written")
        place = {entry["id"]: entry["seq"] for entry in self.accepted.values()}
        answered = [place.get(event["in_reply_to"], 0) for event in self.replies]
        if answered != sorted(answered):
            self._say("out of order", f"the answers belong to the messages {answered}")
        for event in self.replies:
            if event["seq"] < place.get(event["in_reply_to"], 0):
                self._say("out of order", f"{event['seq']} answers a later message")

    def _after_take_over(self) -> None:
        for event in self.history:
            if event["author"] == "bot" and any(one.first < event["seq"] <= one.last for one in self.held):
                self._say("after a take-over", f"{event['seq']}: {event['text']!r}")

    def _changed_once(self) -> None:
        """A complaint opens one ticket; none only when its answer named none."""
        tickets = of_kind(self.entries, "ticket")
        numbers = Counter(ticket["text"] for ticket in tickets)
        for entry in of_kind(self.entries, "sent"):
            if numbers[entry["text"]] > 1:
                self._say("repeated", f"{numbers[entry['text']]} tickets: {entry['text']!r}")
        known = {ticket["key"] for ticket in tickets}
        for event in self.replies:
            for number in TICKET.findall(event["text"] or ""):
                if number not in known:
                    self._say("lost", f"the ticket {number} that an answer names")

    def _unanswered(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        answers: dict[str, list[str]] = {}
        for event in self.replies:
            if event["text"] not in phrases(NOT_YET):
                answers.setdefault(event["in_reply_to"], []).append(event["text"])
        for key in self.sent:
            ack = self.accepted.get(key)
            if ack is None:
                counts["never accepted"] += 1
                continue
            counts["accepted"] += 1
            texts = answers.get(ack["id"])
            if texts:
                honest = any(text in phrases(HONEST) for text in texts)
                counts["answered by an honest notice" if honest else "answered"] += 1
            elif self._with_a_person(ack):
                counts["with a person"] += 1
            else:
                self._say("unanswered", f"{key}, acknowledged as {ack['seq']}")
        return counts

    def _with_a_person(self, ack: Entry) -> bool:
        """An agent wrote after it, before the bot had gone on to a later message."""
        seq, place = ack["seq"], {entry["id"]: entry["seq"] for entry in self.accepted.values()}
        passed_over = min(
            (event["seq"] for event in self.replies if place.get(event["in_reply_to"], 0) > seq),
            default=math.inf,
        )
        wrote = (event["seq"] for event in self.history if event["author"] == "agent")
        return any(seq < written < passed_over for written in wrote)

    def _waits(self) -> list[float]:
        first: dict[str, float] = {}
        for event in of_kind(self.entries, "event"):
            if (
                event["author"] != "customer"
                and event["in_reply_to"]
                and event["text"] not in phrases(NOT_YET)
            ):
                first.setdefault(event["in_reply_to"], event["at"])
        return [
            max(0.0, first[entry["id"]] - entry["at"])
            for entry in self.accepted.values()
            if entry["id"] in first
        ]


def judge(entries: Sequence[Entry]) -> Verdict:
    """The whole ledger."""
    verdict, doubtful = Verdict(), doubtful_moments(entries)
    for opened in of_kind(entries, "opened"):
        customer, channel = opened["customer"], opened["channel"]
        own = [entry for entry in entries if entry.get("customer") == customer]
        case = (
            WidgetCase(customer, own) if channel == "web" else PlatformCase(customer, channel, own, doubtful)
        )
        verdict.add(case.judge())
    return verdict
