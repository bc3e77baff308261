"""Two hosts, nginx in front, one PostgreSQL: `python -m tests.hosts` (docs/scale-out.md)."""
