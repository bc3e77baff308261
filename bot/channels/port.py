"""What delivery needs of a push channel (Slack, Telegram). Browsers fetch their events themselves."""

from typing import Protocol

from crm_store.domain.outbox import OutboxItem


class PushChannel(Protocol):
    """One platform. Implementations own no retries: delivery decides (SL13)."""

    @property
    def name(self) -> str:
        """The channel's name in the store."""
        ...

    async def send(self, item: OutboxItem) -> str | None:
        """Send one message; its id on the platform.

        DeliveryRefused when it can never be delivered, DeliveryPostponed when it certainly was not and may
        be tried again, DeliveryUncertain when nobody knows.
        """
        ...

    async def find_sent(self, item: OutboxItem) -> str | None:
        """The platform's id of a message an earlier attempt may have sent; None when it is not there, or
        when the platform cannot be asked.
        """
        ...
