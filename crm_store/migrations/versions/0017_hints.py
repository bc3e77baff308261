"""PostgreSQL tells every process what was committed, and the schema names the oldest code it still serves.

The triggers speak in the transaction that changed something: what is rolled back is never told, and whoever
commits (a gateway, the action server, a command) need not think of it. A hint says where to look and never
what stands there. SQLite has one machine, mostly one gateway, and no such channel: the polls are enough.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
works_with = "0015"

# The origin stands last: it is a free text. A process does not listen to itself.
FUNCTIONS = {
    "hint_conversation": """
        concat_ws(' ', 'conversation', NEW.id, NEW.last_seq,
            (NEW.owner = 'bot' AND NEW.turn_due_at IS NOT NULL AND (OLD.turn_due_at IS NULL
                OR OLD.owner <> 'bot' OR NEW.turn_due_at < OLD.turn_due_at))::int,
            (NEW.epoch <> OLD.epoch)::int, {origin})
    """,
    "hint_seen": "concat_ws(' ', 'seen', NEW.id, NEW.customer_seen_seq, {origin})",
    "hint_outbox": "concat_ws(' ', 'outbox', NEW.channel, {origin})",
    "hint_delivered": "concat_ws(' ', 'message', NEW.conversation_id, NEW.message_id, {origin})",
    "hint_note": "concat_ws(' ', 'note', NEW.conversation_id, NEW.id, {origin})",
}
# Claims and renewals of leases are told to nobody: they are half of all writes and say nothing new.
TRIGGERS = (
    (
        "conversations",
        "hint_conversation",
        "UPDATE OF last_seq, epoch, changed_at, turn_due_at",
        """
        NEW.last_seq <> OLD.last_seq OR NEW.epoch <> OLD.epoch
        OR NEW.changed_at IS DISTINCT FROM OLD.changed_at
        OR (NEW.turn_due_at IS NOT NULL AND (OLD.turn_due_at IS NULL OR NEW.turn_due_at < OLD.turn_due_at))
        """,
    ),
    (
        "conversations",
        "hint_seen",
        "UPDATE OF customer_seen_seq",
        "NEW.customer_seen_seq > OLD.customer_seen_seq",
    ),
    ("outbox", "hint_outbox", "INSERT", "NEW.status = 'pending'"),
    # Only agents look whether something arrived, at what they wrote and at what failed.
    (
        "outbox",
        "hint_delivered",
        "UPDATE OF status",
        "NEW.status <> OLD.status AND (NEW.author = 'agent' OR NEW.status IN ('dead', 'uncertain'))",
    ),
    ("notes", "hint_note", "INSERT OR UPDATE OF text", "true"),
)
_ORIGIN = "current_setting('application_name')"


def upgrade() -> None:
    op.create_table(
        "schema_compatibility",
        sa.Column("oldest_code", sa.String(32), primary_key=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        _speak()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _be_silent()
    op.drop_table("schema_compatibility")


def _speak() -> None:
    for function, payload in FUNCTIONS.items():
        told = payload.format(origin=_ORIGIN)
        op.execute(f"""
            CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('kotha', {told});
                RETURN NULL;
            END $$
        """)
    for table, function, happens, when in TRIGGERS:
        op.execute(f"""
            CREATE TRIGGER {table}_{function} AFTER {happens} ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()
        """)


def _be_silent() -> None:
    for table, function, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {table}_{function} ON {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")
