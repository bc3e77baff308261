"""The trigger of revision 0008: a conversation changes hands only as its newest journal line says.

Whoever writes to the table, with whatever statement, first writes the line (which refers to a legal edge);
state, owner, status, assignee and epoch then move together, and the epoch by one. Unless the bot goes on
speaking (bot and queued are its states), the floor moves too: what it computed before is not shown.
"""

import sqlalchemy as sa
from alembic import op

EDGES = (
    ("ask", "bot", "queued"),
    ("withdraw", "queued", "bot"),
    ("claim", "queued", "claimed"),
    ("step_in", "bot", "claimed"),
    ("release", "claimed", "queued"),
    ("release", "snoozed", "queued"),
    ("expire", "claimed", "queued"),
    ("transfer_agent", "claimed", "claimed"),
    ("transfer_team", "claimed", "queued"),
    ("transfer_team", "queued", "queued"),
    ("hand_back", "claimed", "bot"),
    ("hand_back", "queued", "bot"),
    ("snooze", "claimed", "snoozed"),
    ("wake", "snoozed", "claimed"),
    ("wake", "snoozed", "queued"),
    ("resolve", "bot", "resolved"),
    ("resolve", "queued", "resolved"),
    ("resolve", "claimed", "resolved"),
    ("resolve", "snoozed", "resolved"),
    ("customer_writes", "resolved", "bot"),
    ("reopen", "resolved", "claimed"),
)
REFUSAL = "not a legal, journalled change of hands"

_SQLITE = """
CREATE TRIGGER conversations_change_hands
BEFORE UPDATE OF state, status, owner, assignee_id, epoch, floor_epoch ON conversations
FOR EACH ROW WHEN
    NEW.state <> OLD.state OR NEW.status <> OLD.status OR NEW.owner <> OLD.owner
    OR NEW.assignee_id IS NOT OLD.assignee_id OR NEW.epoch <> OLD.epoch
    OR NEW.floor_epoch <> OLD.floor_epoch
BEGIN
    SELECT RAISE(ABORT, '{refusal}') WHERE NEW.epoch <> OLD.epoch + 1
    OR NEW.floor_epoch <> (CASE
        WHEN OLD.state IN ('bot', 'queued') AND NEW.state IN ('bot', 'queued') THEN OLD.floor_epoch
        ELSE NEW.epoch END)
    OR NOT EXISTS (
        SELECT 1 FROM conversation_transitions AS line
        WHERE line.conversation_id = NEW.id AND line.epoch = NEW.epoch
        AND line.from_state = OLD.state AND line.to_state = NEW.state
        AND line.assignee_id IS NEW.assignee_id
    );
END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION check_change_of_hands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.epoch <> OLD.epoch + 1
    OR NEW.floor_epoch <> (CASE
        WHEN OLD.state IN ('bot', 'queued') AND NEW.state IN ('bot', 'queued') THEN OLD.floor_epoch
        ELSE NEW.epoch END)
    OR NOT EXISTS (
        SELECT 1 FROM conversation_transitions AS line
        WHERE line.conversation_id = NEW.id AND line.epoch = NEW.epoch
        AND line.from_state = OLD.state AND line.to_state = NEW.state
        AND line.assignee_id IS NOT DISTINCT FROM NEW.assignee_id
    ) THEN
        RAISE EXCEPTION '{refusal}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER conversations_change_hands
BEFORE UPDATE OF state, status, owner, assignee_id, epoch, floor_epoch ON conversations
FOR EACH ROW WHEN (
    (OLD.state, OLD.status, OLD.owner, OLD.assignee_id, OLD.epoch, OLD.floor_epoch)
    IS DISTINCT FROM (NEW.state, NEW.status, NEW.owner, NEW.assignee_id, NEW.epoch, NEW.floor_epoch)
) EXECUTE FUNCTION check_change_of_hands()
"""


def list_edges() -> None:
    edges = sa.table("conversation_edges", *map(sa.column, ("edge", "from_state", "to_state")))
    op.bulk_insert(
        edges, [dict(zip(("edge", "from_state", "to_state"), edge, strict=True)) for edge in EDGES]
    )


def guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE.format(refusal=REFUSAL))
        return
    op.execute(_POSTGRES_FUNCTION.format(refusal=REFUSAL))
    op.execute(_POSTGRES_TRIGGER)


def unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER conversations_change_hands")
        return
    op.execute("DROP TRIGGER conversations_change_hands ON conversations")
    op.execute("DROP FUNCTION check_change_of_hands()")


def take_conversations_back() -> None:
    """Before going down: what agents have becomes the bot's, waiting for a person."""
    op.execute(
        "UPDATE conversations SET state = 'queued', status = 'open', owner = 'bot', assignee_id = NULL "
        "WHERE state IN ('claimed', 'snoozed')"
    )
