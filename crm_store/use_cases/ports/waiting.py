"""The queue as somebody who waits in it sees it."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from crm_store.domain.conversations import JsonObject


class WaitingRoom(Protocol):
    async def count_present(self, team_id: UUID | None, since: datetime) -> int:
        """Agents who take conversations and were heard of since then; of the team, if it has members."""
        ...

    async def place(self, conversation_id: UUID) -> int | None:
        """The conversation's place in its team's queue; None when it does not wait."""
        ...

    async def usual_wait(self, since: datetime) -> timedelta | None:
        """What is usual lately between asking and being claimed; None when nobody asked."""
        ...

    async def note_on_request(self, conversation_id: UUID, values: JsonObject) -> None:
        """Add to what agents see of the open request."""
        ...

    async def other_channels(self, customer_id: UUID, channel: str) -> list[str]:
        """The proven channels beside this one in which the customer has written."""
        ...

    async def find_left(self, conversation_id: UUID) -> JsonObject | None:
        """What was left with the open request: `message`, `ticket`, and where to answer (`answer_at`)."""
        ...

    async def find_elsewhere(self, conversation_id: UUID, channel: str) -> UUID | None:
        """The newest conversation of the same customer in another channel, with proven identity."""
        ...

    async def number(self, conversation_id: UUID) -> int:
        """The seq of the conversation's next message, which is taken by this."""
        ...
