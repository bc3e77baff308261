"""Alembic migrations of the store, without an ini file: `upgrade(url)`, `python -m crm_store.migrations`."""

from crm_store.migrations.compatibility import BASE
from crm_store.migrations.runner import HEAD, find_revisions, migrate, upgrade

__all__ = ["BASE", "HEAD", "find_revisions", "migrate", "upgrade"]
