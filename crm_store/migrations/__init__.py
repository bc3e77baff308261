"""Alembic migrations of the store, without an ini file: `upgrade(url)`, `python -m crm_store.migrations`."""

from crm_store.migrations.runner import BASE, HEAD, migrate, upgrade

__all__ = ["BASE", "HEAD", "migrate", "upgrade"]
