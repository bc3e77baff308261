"""Notes and labels."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.notes import Label, Note


class Notes(Protocol):
    async def add(self, note: Note) -> None: ...

    async def find(self, conversation_id: UUID, note_id: UUID) -> Note | None: ...

    async def save_text(self, note_id: UUID, text: str, at: datetime) -> None: ...

    async def list_between(self, conversation_id: UUID, first_seq: int, last_seq: int) -> list[Note]:
        """The notes that stand under these events, oldest first."""
        ...


class Labels(Protocol):
    async def list_all(self) -> list[Label]: ...

    async def add(self, label: Label, at: datetime) -> None:
        """Raises ConflictingWrite when the name is taken."""
        ...

    async def save(self, label: Label) -> bool: ...

    async def delete(self, label_id: UUID) -> bool: ...

    async def put_on(
        self, conversation_id: UUID, label_ids: Collection[UUID], agent_id: UUID, at: datetime
    ) -> None:
        """These and no others; the conversation counts as changed."""
        ...

    async def list_on(self, conversation_id: UUID) -> list[Label]: ...
