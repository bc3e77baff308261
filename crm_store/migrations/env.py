"""Alembic's entry: runs the migrations on the connection the runner made.

No metadata is given on purpose: a migration names its constraints itself, and must mean the same in a year.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
