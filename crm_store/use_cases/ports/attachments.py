"""Rows of uploaded files."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm_store.domain.attachments import Attachment, Uploader


class Attachments(Protocol):
    async def add(self, attachment: Attachment, uploader: Uploader, at: datetime) -> None: ...

    async def count_unsent(self, uploader: Uploader) -> int: ...

    async def list_unsent(self, uploader: Uploader, ids: Collection[UUID]) -> list[Attachment]:
        """Those of `ids` that this uploader brought and no message carries."""
        ...

    async def send(self, ids: Sequence[UUID], *, conversation_id: UUID, message_id: UUID) -> int:
        """Give unsent files to a message; how many still were unsent."""
        ...

    async def find_for_customer(
        self, attachment_id: UUID, *, conversation_id: UUID, identity_id: UUID
    ) -> Attachment | None:
        """A file of this conversation, or one this identity has not sent yet."""
        ...

    async def find_of_conversation(self, attachment_id: UUID, conversation_id: UUID) -> Attachment | None:
        """A file that a message of this conversation carries."""
        ...

    async def find_for_agent(self, attachment_id: UUID, agent_id: UUID) -> Attachment | None:
        """A file of any conversation, or one this agent has not sent yet."""
        ...

    async def remove_unsent(self, before: datetime) -> list[str]:
        """Forget what was uploaded before and never sent; where the files lie."""
        ...

    async def list_known(self, stored_as: Collection[str]) -> set[str]:
        """Those of the stored names that a row stands for."""
        ...

    async def list_of_customer(self, customer_id: UUID) -> list[str]:
        """Where every file lies that leaves with this customer."""
        ...
