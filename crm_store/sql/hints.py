"""Hints over PostgreSQL's LISTEN: one connection of its own for each process, outside the pool.

The triggers of revision 0017 speak; the wording of a payload is theirs: a kind, its fields, and the
`application_name` of whoever committed.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from crm_store.domain.hints import (
    ConversationHint,
    Hint,
    MessageHint,
    NoteHint,
    OutboxHint,
    SeenHint,
    Tell,
)

log = structlog.get_logger()

CHANNEL: Final = "kotha"
# A connection that hangs (a cable, a paused server) looks like one on which nothing happens.
PING_EVERY_S: Final = 10.0
PING_WITHIN_S: Final = 5.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0  # as long as sockets sleep without hints: no need to be quicker


class PostgresHints:
    """See `crm_store.use_cases.ports.hints.HintSource`. `own`: the name whose hints are skipped."""

    def __init__(self, engine: AsyncEngine, own: str) -> None:
        self._engine = engine
        self._own = own

    async def follow(self, tell: Tell, listening: Callable[[bool], None]) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                async with self._engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    gone = await self._listen(raw.driver_connection, tell)
                    listening(True)
                    pause = FIRST_PAUSE_S
                    await _until_gone(raw.driver_connection, gone)
            except Exception as error:  # noqa: BLE001  asyncpg's own too, which have no other base in common
                log.warning("hints.lost", error=type(error).__name__)
            finally:
                listening(False)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _listen(self, driver: Any, tell: Tell) -> asyncio.Event:
        """Have every payload passed on; the event is set when the connection ends."""
        gone = asyncio.Event()

        def heard(_connection: Any, _pid: int, _channel: str, payload: str) -> None:
            hint = read_hint(payload, self._own)
            if hint is not None:
                tell(hint)

        driver.add_termination_listener(lambda _connection: gone.set())
        await driver.add_listener(CHANNEL, heard)
        return gone


async def _until_gone(driver: Any, gone: asyncio.Event) -> None:
    """Ask now and then whether the server is still there. Returns, or raises OSError, when it is not."""
    while not gone.is_set():
        try:
            await asyncio.wait_for(gone.wait(), PING_EVERY_S)
        except TimeoutError:
            await driver.execute("SELECT 1", timeout=PING_WITHIN_S)


def read_hint(payload: str, own: str) -> Hint | None:
    """What a payload says; None for our own, and for kinds a newer version may have."""
    kind, _, rest = payload.partition(" ")
    read = _READERS.get(kind)
    if read is None:
        return None
    count, make = read
    *fields, origin = rest.split(" ", count)
    return None if origin == own else make(*fields)


def _conversation(conversation_id: str, last_seq: str, waits: str, moved: str) -> Hint:
    return ConversationHint(UUID(conversation_id), int(last_seq), waits == "1", moved == "1")


_READERS: Final[Mapping[str, tuple[int, Callable[..., Hint]]]] = {
    "conversation": (4, _conversation),
    "seen": (2, lambda conversation_id, seq: SeenHint(UUID(conversation_id), int(seq))),
    "outbox": (1, OutboxHint),
    "message": (2, lambda conversation_id, message_id: MessageHint(UUID(conversation_id), UUID(message_id))),
    "note": (2, lambda conversation_id, note_id: NoteHint(UUID(conversation_id), UUID(note_id))),
}
