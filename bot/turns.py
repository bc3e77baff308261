"""One turn: ask the engine, commit its answer; or postpone it, or hand it over."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from bot.errors import EngineAnsweredRubbish, EngineFailed, EngineFailure, EngineSaidNothing
from bot.fanout import Hub
from bot.handoff import (
    EscalationPolicy,
    FailurePolicy,
    HandOver,
    TryAgain,
    escalated,
    escalating_question,
)
from bot.messages import Question
from bot.metrics import Metrics
from bot.pictures import answer_to_files
from bot.review import why_review
from bot.traces import NOT_TRACED, Traces
from crm_store.domain.conversations import JsonObject
from crm_store.domain.errors import ConflictingWrite, KothaStoreError, StoreUnavailable, TurnLost
from crm_store.domain.surveys import rating_choice, read_bare_rating
from crm_store.domain.turns import CommittedTurn, TurnClaim, TurnResult
from crm_store.use_cases.turns import commit_turn, extend_lease, hand_over_turn, postpone_turn, release_turn
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()
Outcome = TypeVar("Outcome")

# A computed answer is worth waiting for a store that hiccups; in total well below the lease.
COMMIT_RETRY_SECONDS = (0.1, 0.3, 1.0, 2.0)
RENEWALS_PER_LEASE = 3  # one may fail without losing the conversation
ANSWERED = "answered"
MAX_REMEMBERED_FAILURES = 10_000  # messages with one definite failure, until answered; a memory bound only


class Engine(Protocol):
    """Whatever answers turns."""

    async def ask(self, question: Question) -> TurnResult:
        """One turn; EngineFailure says why there is none."""
        ...


class Sign(Protocol):
    """Something being shown until the turn is over."""

    def cancel(self) -> object: ...


class Signs(Protocol):
    """Shows that a message was taken up and an answer is being written."""

    def begin(self, claim: TurnClaim) -> Sign | None: ...


@dataclass(frozen=True, slots=True)
class Finished:
    """How a turn ended for the worker: go on with `next`, or look again in `again_after` seconds."""

    next: TurnClaim | None = None
    again_after: float | None = None


@dataclass
class TurnRunner:
    """Runs claimed turns. Safe to use from many workers."""

    store: Store
    engine: Engine
    hub: Hub
    signs: Signs
    policy: FailurePolicy
    escalation: EscalationPolicy
    metrics: Metrics
    wake_delivery: Callable[[str], None]
    traces: Traces = NOT_TRACED
    _definite_failures: dict[UUID, int] = field(default_factory=dict)

    async def run(self, claim: TurnClaim, *, keep_lease: Callable[[], bool]) -> Finished:
        """Bring one claimed turn to an end. `keep_lease`, asked at its commit: go on with what waits next?"""
        started = time.perf_counter()
        sign = self.signs.begin(claim)
        try:
            with self.traces.turn(claim):
                finished = await self._answer_or_fail(claim, keep_lease=keep_lease)
        except TurnLost:
            self._count(claim, "lost")
            return Finished()
        except asyncio.CancelledError:
            await self._give_back(claim)
            raise
        finally:
            if sign is not None:
                sign.cancel()
        self.metrics.turn_seconds.observe(time.perf_counter() - started)
        return finished

    async def _answer_or_fail(self, claim: TurnClaim, *, keep_lease: Callable[[], bool]) -> Finished:
        try:
            return await self._answer(claim, keep_lease=keep_lease)
        except EngineFailure as failure:
            return await self._fail(claim, failure)
        except KothaStoreError:
            raise
        except Exception as error:
            # A defect of ours must not become silence: it counts as a failed answer and ends with a person.
            log.exception("turn.defect", **_ids(claim))
            return await self._fail(claim, EngineAnsweredRubbish(type(error).__name__))

    async def _answer(self, claim: TurnClaim, *, keep_lease: Callable[[], bool]) -> Finished:
        said = answer_to_files(claim, self.policy.phrases)
        result = said or await self._ask(claim, question_of(claim))
        review = why_review(claim, result)
        result = await self._escalate(claim, result)
        with self.traces.part("commit"):
            committed = await _insist(
                lambda: commit_turn(self.store, claim, result, keep_lease=keep_lease(), review=review)
            )
        self._publish(claim, committed, "suppressed" if committed.suppressed else ANSWERED)
        self._definite_failures.pop(claim.message.id, None)
        return Finished(next=committed.next)

    async def _escalate(self, claim: TurnClaim, result: TurnResult) -> TurnResult:
        """Call a person when the message wants one; without that sentence when the engine fails at it.

        It says nothing when the customer has declined a person before.
        """
        reason = self.escalation.decide(claim, result)
        if reason is None:
            return result
        try:
            call = await self._ask(claim, escalating_question(claim, result, reason))
        except EngineSaidNothing:
            return result
        except EngineFailure as failure:
            log.warning("turn.not_escalated", reason=reason, why=str(failure), **_ids(claim))
            return result
        return escalated(result, call, reason)

    async def _ask(self, claim: TurnClaim, question: Question) -> TurnResult:
        """Ask the engine, renewing the lease meanwhile: leases are short, so that a crash costs little."""
        renewing: list[asyncio.Task[None]] = []

        def begin_renewing() -> None:
            renewing.append(asyncio.create_task(self._renew_lease(claim)))

        # A timer, because hardly any turn takes so long, and a task would cost each of them.
        later = asyncio.get_running_loop().call_later(_pause_of(claim), begin_renewing)
        try:
            return await self.engine.ask(question)
        finally:
            later.cancel()
            for task in renewing:
                task.cancel()

    async def _renew_lease(self, claim: TurnClaim) -> None:
        while True:
            try:
                await extend_lease(self.store, claim)
            except TurnLost:
                return  # the commit will find out
            except KothaStoreError as error:
                log.warning("turn.lease_not_renewed", error=type(error).__name__, **_ids(claim))
            except Exception:
                log.exception("turn.lease_not_renewed", **_ids(claim))
            await asyncio.sleep(_pause_of(claim))

    async def _fail(self, claim: TurnClaim, failure: EngineFailure) -> Finished:
        self.metrics.engine_failures.labels(failure.kind).inc()
        log.warning(
            "turn.failed", kind=failure.kind, why=str(failure), attempt=claim.message.attempts, **_ids(claim)
        )
        definite = self._note_failure(claim.message.id, failure)
        decision = self.policy.decide(claim, failure, definite_failures=definite, now=datetime.now(UTC))
        if isinstance(decision, HandOver):
            return await self._hand_over(claim, decision)
        return await self._postpone(claim, decision)

    def _note_failure(self, message_id: UUID, failure: EngineFailure) -> int:
        """How many definite failures in a row this message has had, this one counted."""
        count = self._definite_failures.pop(message_id, 0) + 1 if isinstance(failure, EngineFailed) else 0
        if count:
            self._definite_failures[message_id] = count
            if len(self._definite_failures) > MAX_REMEMBERED_FAILURES:
                self._definite_failures.pop(next(iter(self._definite_failures)))  # failed longest ago
        return count

    async def _postpone(self, claim: TurnClaim, decision: TryAgain) -> Finished:
        committed = await _insist(
            lambda: postpone_turn(
                self.store, claim, retry_after=decision.after_seconds, notice=decision.notice
            )
        )
        self._publish(claim, committed, "postponed")
        return Finished(again_after=decision.after_seconds)

    async def _hand_over(self, claim: TurnClaim, decision: HandOver) -> Finished:
        committed = await _insist(
            lambda: hand_over_turn(self.store, claim, reason=decision.reason, reply=decision.reply)
        )
        self._publish(claim, committed, "handed_over")
        self._definite_failures.pop(claim.message.id, None)
        return Finished(again_after=0.0)

    async def _give_back(self, claim: TurnClaim) -> None:
        """A service that stops lets others claim the conversation at once, not when the lease runs out."""
        with contextlib.suppress(KothaStoreError):
            await release_turn(self.store, claim)
        self._count(claim, "released")

    def _publish(self, claim: TurnClaim, committed: CommittedTurn, outcome: str) -> None:
        """After the commit, and only then: tell the sockets and count."""
        if not committed.suppressed:
            with self.traces.part("publish"):
                self._tell(claim, committed)
        self._count(claim, outcome)

    def _tell(self, claim: TurnClaim, committed: CommittedTurn) -> None:
        for event in committed.events:
            self.hub.offer(claim.conversation_id, event)
        if committed.changed_hands:
            self.hub.announce_owner(claim.conversation_id)
        self.hub.hint(claim.conversation_id, committed.last_seq)
        self.wake_delivery(claim.channel)

    def _count(self, claim: TurnClaim, outcome: str) -> None:
        self.traces.note("kotha.outcome", outcome)
        self.metrics.turns.labels(outcome).inc()
        # A line for every answer cost a tenth of a turn; what goes as it should is counted, not told.
        tell = log.debug if outcome == ANSWERED else log.info
        tell("turn.done", outcome=outcome, **_ids(claim))


async def _insist(write: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Repeat a write while the store is away or somebody else was first; its last error is raised."""
    for pause in COMMIT_RETRY_SECONDS:
        try:
            return await write()
        except (StoreUnavailable, ConflictingWrite):
            await asyncio.sleep(pause)
    return await write()


def _pause_of(claim: TurnClaim) -> float:
    return claim.lease_seconds / RENEWALS_PER_LEASE


def question_of(claim: TurnClaim) -> Question:
    """What the engine is asked."""
    message = claim.message
    choice = message.choice or typed_rating(claim)
    return Question(
        conversation=str(claim.conversation_id),
        message_id=str(message.id),
        text=message.text if choice is None else None,
        choice=choice,
        state=claim.state,
        facts=claim.facts.as_dict(),
    )


def typed_rating(claim: TurnClaim) -> JsonObject | None:
    """The star that a customer typed ("5", "৫", "pach") where one was asked for: as if it were clicked."""
    if claim.asked_survey is None or not claim.message.text:
        return None
    rating = read_bare_rating(claim.message.text)
    return rating_choice(claim.asked_survey, rating) if rating is not None else None


def _ids(claim: TurnClaim) -> dict[str, str]:
    return {"conversation": str(claim.conversation_id), "message": str(claim.message.id)}
