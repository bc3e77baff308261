"""Messages nobody's turn made, on their way to a push channel."""

from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.handling import Handled
from crm_store.domain.sessions import WEB
from crm_store.use_cases.ports.outbox import NewOutboxItem
from crm_store.use_cases.unit_of_work import UnitOfWork


async def push(uow: UnitOfWork, handled: Handled, message_id: UUID, author: Author) -> None:
    """Put a message that answers no other into the outbox; browsers read the messages themselves."""
    if handled.channel == WEB:
        return
    item = NewOutboxItem(
        conversation_id=handled.conversation_id,
        message_id=message_id,
        in_reply_to=None,
        ordinal=0,
        channel=handled.channel,
        account=handled.account,
        author=author,
        epoch=handled.epoch,
    )
    await uow.outbox.add([item], uow.now)
