"""What can go wrong in the engine.

EngineError
├── BadTurnRequest     the body is not a turn: 400, nothing ran
├── UnreadableState    a dialogue state that this engine cannot use: a fresh dialogue is begun
├── ActionsFailed      the action server gave no usable answer: 502, send the turn again later
├── TurnFailed         no result for another reason: 500
└── ModelUnusable      the process cannot serve: exit code 3
"""

from __future__ import annotations


class EngineError(Exception):
    """Base of all errors of bot.engine."""


class BadTurnRequest(EngineError):
    """The body has not the shape of docs/contracts/engine-turn.md; the message says what to send."""


class UnreadableState(EngineError):
    """The state is of another version or damaged; begin a fresh dialogue with the facts."""


class ActionsFailed(EngineError):
    """The action server could not be reached or answered rubbish; the same turn may be sent again."""


class TurnFailed(EngineError):
    """The turn has no result although the action server did its part; look at the log for the reason."""


class ModelUnusable(EngineError):
    """The model cannot be served; the message names the file and what to do."""
