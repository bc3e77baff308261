"""The shop's stores."""

from collections.abc import Sequence
from typing import Protocol

from crm_store.domain.branches import Branch


class Branches(Protocol):
    async def list_all(self) -> Sequence[Branch]:
        """Every store, the oldest first."""
        ...
