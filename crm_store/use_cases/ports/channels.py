"""What the store remembers of the platforms themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.channels import AccountState, ChannelAccount, DeadLetter


@dataclass(frozen=True, slots=True)
class NewDeadLetter:
    """Something of a platform that nobody could read. `size` is the whole's, `body` perhaps a part."""

    channel: str
    account: str
    external_id: str | None
    identity_id: UUID | None
    reason: str
    body: bytes
    size: int


class Platforms(Protocol):
    async def add_update(self, channel: str, account: str, update_id: str, at: datetime) -> bool:
        """False when it is known already."""
        ...

    async def knows_update(self, channel: str, account: str, update_id: str) -> bool: ...

    async def remove_updates(self, before: datetime) -> int: ...

    async def save_account(
        self, channel: str, account: str, state: AccountState, reason: str | None, at: datetime
    ) -> None: ...

    async def name_account(
        self, channel: str, account: str, name: str, connect_url: str | None, at: datetime
    ) -> None:
        """Its state stays as it is; a new one is active."""
        ...

    async def list_accounts(self, channel: str | None = None) -> list[ChannelAccount]:
        """Those whose state was ever told."""
        ...

    async def lease_polling(
        self, channel: str, account: str, holder: UUID, until: datetime, now: datetime
    ) -> bool:
        """Take or keep the right to poll; False while somebody else has it."""
        ...

    async def add_dead_letter(self, letter: NewDeadLetter, at: datetime) -> None: ...

    async def list_dead_letters(self, before: datetime | None, limit: int) -> list[DeadLetter]:
        """Of both directions, the newest first."""
        ...

    async def remove_dead_letters(self, before: datetime) -> int: ...
