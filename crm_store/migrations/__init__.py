"""Alembic migrations of the store, run without an ini file: `upgrade(url)` or `python -m crm_store.migrations`."""

from crm_store.migrations.runner import BASE, HEAD, migrate, upgrade

__all__ = ["BASE", "HEAD", "migrate", "upgrade"]
