"""Judges customers in Telegram and Slack, where an answer does not say what it answers: its words do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.ledger import Entry, of_kind
from tests.faults.notices import HONEST, NOT_YET, is_of_a_person, says, tells
from tests.faults.verdict import Verdict, Violation
from tests.faults.words import PLATFORM_QUESTIONS

# Telegram cannot be asked whether a message arrived: what may not have is sent once more
# (docs/decisions/uncertain-deliveries.md). Only a fault this close to the first copy leaves such a doubt.
DOUBT_SECONDS = 4.0
IN_DOUBT_TARGETS = ("gateway", "database", "store", "telegram")


@dataclass
class Question:
    """One message and what became of it."""

    key: str
    text: str
    at: float
    accepted: float | None
    answered: float | None = None
    honest: bool = False
    skipped: bool = False
    with_person: bool = False


@dataclass
class PlatformCase:
    """What the ledger holds of one chat; `faults` are the whole run's."""

    customer: str
    channel: str
    entries: Sequence[Entry]
    faults: Sequence[tuple[float, float]]
    counts: Counter[str] = field(default_factory=Counter)
    complaints: list[Violation] = field(default_factory=list)
    person: bool = False

    def judge(self) -> Verdict:
        """Give every reply to a question, in order."""
        accepted = {entry["key"]: entry["at"] for entry in of_kind(self.entries, "accepted")}
        questions = [
            Question(one["key"], one["text"], one["at"], accepted.get(one["key"]))
            for one in of_kind(self.entries, "sent")
        ]
        held = 0.0
        for entry in of_kind(self.entries, "reply", "held", "handed_back"):
            asked = [one for one in questions if one.at <= entry["at"]]
            if entry["kind"] == "reply":
                self._hear(entry, asked)
            elif entry["kind"] == "held":
                held = entry["at"]
            else:
                _leave_to_the_person(asked, before=held)
        self._agent_was_heard()
        self._count(questions)
        waits = [one.answered - one.accepted for one in questions if one.answered and one.accepted]
        return Verdict(self.counts, self.complaints, [max(0.0, wait) for wait in waits])

    def _say(self, kind: str, what: str) -> None:
        self.complaints.append(Violation(kind, self.customer, what))

    def _hear(self, reply: Entry, asked: Sequence[Question]) -> None:
        """A platform shows things in the order they were sent: between two notices a person has the chat."""
        text = reply["text"]
        if is_of_a_person(text):
            self.person = not tells(text, "handed_back")
            return
        if self.person:
            self._say("after a take-over", f"{text[:60]!r} as {reply['key']}")
        self._give(reply, asked)

    def _agent_was_heard(self) -> None:
        texts = [entry["text"] for entry in of_kind(self.entries, "reply")]
        for entry in of_kind(self.entries, "agent_accepted"):
            count = sum(entry["text"] in text for text in texts)
            if count == 0:
                self._say("lost", f"the agent's {entry['text']!r} never arrived")
            if count > 1 and self.channel != "telegram":
                self._say("repeated", f"the agent's {entry['text']!r}, {count} times")

    def _give(self, reply: Entry, asked: Sequence[Question]) -> None:
        text = reply["text"]
        if says(text, NOT_YET):
            return
        pending = [one for one in asked if one.answered is None and not one.with_person]
        subject = next((one for one, marker in PLATFORM_QUESTIONS.items() if marker in text), None)
        if subject is None:
            self._give_other_words(reply, pending)
            return
        # What the platform gave up may have been taken all the same; it comes last: nothing is owed to it.
        by_debt = sorted(pending, key=lambda one: one.accepted is None)
        mine = next((one for one in by_debt if one.text == subject), None)
        if mine is None:
            self._repeated(reply, [one for one in asked if one.text == subject])
            return
        if mine.skipped:
            self._say("out of order", f"{mine.text!r} of {mine.key} was answered after a later one")
        for one in pending[: pending.index(mine)]:
            one.skipped = one.accepted is not None
        mine.answered = reply["at"]

    def _give_other_words(self, reply: Entry, pending: Sequence[Question]) -> None:
        """A notice, or an answer that says what cannot be said now: the first that waits has it."""
        first = next((one for one in pending if one.accepted is not None and not one.skipped), None)
        if first is None:
            self._repeated(reply, [])
            return
        first.answered = reply["at"]
        first.honest = says(reply["text"], HONEST)

    def _repeated(self, reply: Entry, answered: Sequence[Question]) -> None:
        before = answered[-1].answered if answered else None
        if self.channel == "telegram" and before is not None and self._in_doubt(before):
            self.counts["sent again by Telegram's rule of doubt"] += 1
            return
        self._say("repeated", f"{reply['text'][:60]!r} as {reply['key']}, nothing waited for it")

    def _in_doubt(self, at: float) -> bool:
        return any(begin - DOUBT_SECONDS <= at <= end + DOUBT_SECONDS for begin, end in self.faults)

    def _count(self, questions: Sequence[Question]) -> None:
        for one in questions:
            if one.accepted is None:
                self.counts["given up by the platform"] += 1
                continue
            self.counts["accepted"] += 1
            if one.with_person:
                self.counts["with a person"] += 1
            elif one.answered is None:
                self._say("unanswered", f"{one.text!r} of {one.key}")
            else:
                self.counts["answered by an honest notice" if one.honest else "answered"] += 1


def _leave_to_the_person(asked: Sequence[Question], *, before: float) -> None:
    """What was taken while a person was there, or waited when they came, the bot owes nobody."""
    for one in asked:
        waits = one.answered is None and not one.skipped
        one.with_person = one.with_person or (waits and one.accepted is not None and one.accepted <= before)


def doubtful_moments(entries: Sequence[Entry]) -> list[tuple[float, float]]:
    """From when to when each fault lasted that can leave a delivery in doubt."""
    return [
        (fault["at"], fault["at"] + fault["seconds"])
        for fault in of_kind(entries, "fault")
        if fault["target"].startswith(IN_DOUBT_TARGETS)
    ]
