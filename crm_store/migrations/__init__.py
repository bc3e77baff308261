"""Alembic migrations of the store, without an ini file: `upgrade(url)`, `python -m crm_store.migrations`."""

from crm_store.migrations.compatibility import BASE, Fit, check_schema, find_fit
from crm_store.migrations.runner import HEAD, find_revisions, migrate, upgrade

__all__ = ["BASE", "HEAD", "Fit", "check_schema", "find_fit", "find_revisions", "migrate", "upgrade"]
