"""What can go wrong in the service.

    KothaBotError
    ├── BadSettings
    ├── EngineFailure
    │   ├── EngineInterrupted      the same request may succeed in a moment
    │   │   ├── EngineUnreachable
    │   │   └── ActionsUnavailable
    │   └── EngineFailed           the engine had its chance and failed
    │       ├── EngineTimedOut
    │       ├── EngineBroke
    │       └── EngineAnsweredRubbish
    │           └── EngineSaidNothing
    ├── Overloaded
    └── DeliveryFailure
        ├── DeliveryRefused        never again
        ├── DeliveryPostponed      certainly not delivered
        │   └── DeliveryHeldBack   not even tried
        └── DeliveryUncertain      perhaps delivered

What a customer's own request gets wrong is `bot.channels.web.refusals.Refusal`.
"""


class KothaBotError(Exception):
    """Base of the service's own errors."""


class BadSettings(KothaBotError):
    """A setting is missing or wrong; the message is one line that says what to set."""


class Overloaded(KothaBotError):
    """Customers wait too long already: nothing was accepted. Refuse with a time to come back."""


class EngineFailure(KothaBotError):
    """The engine gave no usable answer; nothing of the turn was committed."""

    kind = "failure"


class EngineInterrupted(EngineFailure):
    """Nobody was there to answer (starting, restarting, gone): ask again until patience runs out."""

    kind = "interrupted"


class EngineUnreachable(EngineInterrupted):
    """No engine accepts connections, or all are loading: start one, or wait for its restart."""

    kind = "unreachable"


class ActionsUnavailable(EngineInterrupted):
    """The engine could not reach the action server: start it. Actions are idempotent, so ask again."""

    kind = "actions"


class EngineFailed(EngineFailure):
    """A definite failure: a second one in a row hands the conversation to a person."""

    kind = "failed"


class EngineTimedOut(EngineFailed):
    """No answer in time: look at the engine's load, or raise KOTHA_ENGINE_TIMEOUT_SECONDS."""

    kind = "timeout"


class EngineBroke(EngineFailed):
    """The engine answered with an error status: its log says why, by message id."""

    kind = "error"


class EngineAnsweredRubbish(EngineFailed):
    """The answer is empty or not of the contract's shape: check that engine and gateway fit together."""

    kind = "rubbish"


class EngineSaidNothing(EngineAnsweredRubbish):
    """The answer has no reply: a fault where a customer waits for one."""


class DeliveryFailure(KothaBotError):
    """A push channel did not confirm a message."""


class DeliveryRefused(DeliveryFailure):
    """The platform will never take it (blocked, malformed): it becomes a dead letter for agents to see."""


class DeliveryPostponed(DeliveryFailure):
    """It was certainly not delivered: it is sent again, after `retry_after` seconds when given."""

    def __init__(self, why: str, *, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class DeliveryHeldBack(DeliveryPostponed):
    """It is not its time yet (pacing): nothing was tried, so nothing is counted. Wait `retry_after`."""


class DeliveryUncertain(DeliveryFailure):
    """The connection broke after the message left: before it is sent again, the platform is asked for it."""
