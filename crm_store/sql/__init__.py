"""The store over SQLAlchemy 2: tables, unit of work, repositories, queries."""

from crm_store.sql.store import SqlStore, SqlUnitOfWork, open_store

__all__ = ["SqlStore", "SqlUnitOfWork", "open_store"]
