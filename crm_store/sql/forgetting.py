"""What a dialogue was about is forgotten when the customer behind it is another one (G5)."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.sql.connections import Connection
from crm_store.sql.tables import conversations, dialogue_states

_C: Final = conversations.c
# A turn under way has read the customer's facts: it answers nothing, and its message is answered anew.
_TURN_LOST: Final[dict[str, Any]] = {
    "lease_token": None,
    "lease_until": None,
    "turn_due_at": sa.case((_C.lease_token.is_not(None), _C.waiting_since), else_=_C.turn_due_at),
}


async def forget_dialogues(
    connection: Connection, *which: sa.ColumnElement[bool], asked_in: UUID | None = None
) -> None:
    """Of these conversations: the next message begins afresh, whatever a turn under way answers.

    The turn of `asked_in` is not lost: it says that this was done.
    """
    talks = sa.select(_C.id).where(*which)
    await connection.execute(dialogue_states.delete().where(dialogue_states.c.conversation_id.in_(talks)))
    under_way = conversations.update().where(*which, _C.lease_token.is_not(None))
    if asked_in is not None:
        under_way = under_way.where(_C.id != asked_in)
    await connection.execute(under_way.values(_TURN_LOST))
