"""Agents: teams, ways in, presence; who has a conversation, guarded by the database; notes, surveys."""

from crm_store.migrations.agents_0008 import beside, existing, guards, journal, people

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    people.create()
    beside.create()
    existing.widen()
    journal.create()
    guards.list_edges()
    guards.guard()


def downgrade() -> None:
    guards.unguard()
    guards.take_conversations_back()
    journal.drop()
    existing.narrow()
    beside.drop()
    people.drop()
