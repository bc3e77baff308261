"""Judges customers in Telegram and Slack, where an answer does not say what it answers: its words do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.ledger import Entry, of_kind
from tests.faults.notices import HONEST, answers_nothing, is_of_a_person, says, tells
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
    other_words: bool = False
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
    last: Question | None = None

    def judge(self) -> Verdict:
        """Give every reply to a question, in order."""
        accepted = {entry["key"]: entry["at"] for entry in of_kind(self.entries, "accepted")}
        questions = [
            Question(one["key"], one["text"], one["at"], accepted.get(one["key"]))
            for one in of_kind(self.entries, "sent")
        ]
        for reply in of_kind(self.entries, "reply"):
            self._hear(reply, [one for one in questions if one.at <= reply["at"]])
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
            self._leave_to_the_person(text, asked)
            return
        if self.person:
            self._say("after a take-over", f"{text[:60]!r} as {reply['key']}")
        self._give(reply, asked)

    def _leave_to_the_person(self, text: str, asked: Sequence[Question]) -> None:
        """What waited when an agent wrote is theirs; what is written later the bot owes, once it is back."""
        wrote = [one["at"] for one in of_kind(self.entries, "agent_accepted") if one["text"] in text]
        for one in asked:
            waits = one.answered is None and not one.skipped and one.accepted is not None
            one.with_person = one.with_person or (waits and bool(wrote) and (one.accepted or 0.0) <= wrote[0])

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
        if answers_nothing(text):
            return
        pending = [one for one in asked if one.answered is None and not one.with_person]
        owed = [one for one in pending if one.accepted is not None and not one.skipped]
        subject = next((one for one, marker in PLATFORM_QUESTIONS.items() if marker in text), None)
        if subject is None:
            self._answer(owed[0] if owed else None, reply, other_words=True)
        elif owed and owed[0].text == subject:
            self._answer(owed[0], reply)
        elif self.last is not None and self.last.text == subject:
            self._hear_again(reply)
        else:
            self._look_further(subject, pending, reply)

    def _look_further(self, subject: str, pending: Sequence[Question], reply: Entry) -> None:
        """It is not the turn of this question."""
        # What the platform gave up may have been taken all the same; it comes last: nothing is owed to it.
        by_debt = sorted(pending, key=lambda one: one.accepted is None)
        mine = next((one for one in by_debt if one.text == subject), None)
        if mine is None:
            self._answer(None, reply)
            return
        if mine.skipped:
            self._say("out of order", f"{mine.text!r} of {mine.key} was answered after a later one")
        elif mine.accepted is not None:
            for one in pending[: pending.index(mine)]:
                one.skipped = one.accepted is not None
        self._answer(mine, reply)

    def _answer(self, question: Question | None, reply: Entry, *, other_words: bool = False) -> None:
        """Other words: a notice, or an answer that says what cannot be said now."""
        if question is None:
            self._repeated(reply)
            return
        question.answered, question.other_words = reply["at"], other_words
        question.honest = says(reply["text"], HONEST)
        self.last = question

    def _hear_again(self, reply: Entry) -> None:
        """The last question's subject. Answered by other words, those were the ones before once more."""
        assert self.last is not None
        self._repeated(reply)
        if self.last.other_words:
            self.last.other_words = self.last.honest = False

    def _repeated(self, reply: Entry) -> None:
        """Nothing waited for it: the line's last message came once more."""
        before = self.last.answered if self.last else None
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


def doubtful_moments(entries: Sequence[Entry]) -> list[tuple[float, float]]:
    """From when to when each fault lasted that can leave a delivery in doubt."""
    return [
        (fault["at"], fault["at"] + fault["seconds"])
        for fault in of_kind(entries, "fault")
        if fault["target"].startswith(IN_DOUBT_TARGETS)
    ]
