"""Files in the store: once with a message, seen by few, forgotten in time."""

import asyncio
from uuid import UUID, uuid4

import pytest

from crm_store.domain.attachments import MOST_UNSENT, Attachment, Uploader
from crm_store.domain.conversations import AcceptedMessage, IncomingMessage
from crm_store.domain.errors import TooManyUploads, UnknownAttachment
from crm_store.sql import SqlStore
from crm_store.sql.tables import conversations
from crm_store.use_cases.attachments import (
    access_attachment_of_agent,
    access_attachment_of_customer,
    forget_unsent,
    keep_attachment,
    list_files_of_customer,
    list_ownerless,
)
from crm_store.use_cases.conversations import accept_message
from tests.contracts.conftest import Clock
from tests.contracts.conversing import Visitor, make_customer, make_visitor

DAY_S = 24 * 3600.0


def make_attachment() -> Attachment:
    return Attachment(uuid4(), "photo.png", "image/png", 1000, 40, 30, "0" * 64, uuid4().hex)


async def upload(store: SqlStore, by: Visitor) -> Attachment:
    made = make_attachment()
    await keep_attachment(store, made, Uploader(identity_id=by.session.identity_id))
    return made


def carrying(by: Visitor, *ids: UUID) -> IncomingMessage:
    name = f"{by.conversation_id}:{uuid4()}"
    identity, conversation = by.session.identity_id, by.conversation_id
    return IncomingMessage("web", "demo", identity, conversation, name, None, None, attachments=ids)


async def see(store: SqlStore, by: Visitor, attachment: Attachment) -> Attachment:
    return await access_attachment_of_customer(
        store, attachment.id, conversation_id=by.conversation_id, identity_id=by.session.identity_id
    )


async def test_a_message_carries_its_files_in_their_order(store: SqlStore) -> None:
    rahima = await make_visitor(store)
    first, second = await upload(store, rahima), await upload(store, rahima)
    accepted = await accept_message(store, carrying(rahima, second.id, first.id))
    event = (await rahima.transcript())[0]
    assert (event.id, event.text) == (accepted.id, None)
    assert event.attachments == (second.as_object(), first.as_object())


async def test_of_two_messages_with_one_file_one_gets_it(store: SqlStore) -> None:
    rahima = await make_visitor(store)
    picture = await upload(store, rahima)
    sending = [accept_message(store, carrying(rahima, picture.id)) for _ in range(2)]
    results = await asyncio.gather(*sending, return_exceptions=True)
    assert [type(each) for each in results if isinstance(each, Exception)] == [UnknownAttachment]
    assert len([result for result in results if isinstance(result, AcceptedMessage)]) == 1
    assert len(await rahima.transcript()) == 1


async def test_strangers_see_and_send_nothing(store: SqlStore) -> None:
    rahima, stranger = await make_visitor(store), await make_visitor(store)
    picture = await upload(store, rahima)
    for sent in (False, True):
        with pytest.raises(UnknownAttachment):
            await see(store, stranger, picture)
        with pytest.raises(UnknownAttachment):
            await accept_message(store, carrying(stranger, picture.id))
        assert await see(store, rahima, picture) == picture
        if not sent:
            await accept_message(store, carrying(rahima, picture.id))
    assert await access_attachment_of_agent(store, picture.id, agent_id=uuid4()) == picture


async def test_unsent_files_are_counted_and_forgotten_after_a_day(store: SqlStore, clock: Clock) -> None:
    rahima = await make_visitor(store)
    sent = await upload(store, rahima)
    await accept_message(store, carrying(rahima, sent.id))
    unsent = [await upload(store, rahima) for _ in range(MOST_UNSENT)]
    with pytest.raises(TooManyUploads):
        await upload(store, rahima)
    clock.advance(DAY_S - 1)
    assert await forget_unsent(store) == []
    clock.advance(2)
    assert set(await forget_unsent(store)) == {each.stored_as for each in unsent}
    assert await see(store, rahima, sent) == sent


async def test_files_of_an_erased_conversation_are_nobodys(store: SqlStore) -> None:
    rahima = await make_visitor(store)
    sent = await upload(store, rahima)
    await accept_message(store, carrying(rahima, sent.id))
    assert await list_ownerless(store, [sent.stored_as]) == set()
    async with store.begin() as uow:
        erased = conversations.delete().where(conversations.c.id == rahima.conversation_id)
        await uow.connection.execute(erased)
        await uow.commit()
    assert await list_ownerless(store, [sent.stored_as]) == {sent.stored_as}


async def test_every_file_of_a_customer_is_listed_for_erasing(store: SqlStore) -> None:
    rahima, other = await make_customer(store), await make_customer(store, "karim")
    sent, unsent = await upload(store, rahima), await upload(store, rahima)
    await accept_message(store, carrying(rahima, sent.id))
    await upload(store, other)
    async with store.read() as uow:
        party = await uow.customers.find_party(rahima.conversation_id)
    assert party is not None
    assert party.customer_id is not None
    listed = await list_files_of_customer(store, party.customer_id)
    assert set(listed) == {sent.stored_as, unsent.stored_as}
    assert await list_ownerless(store, [sent.stored_as, "00ff"]) == {"00ff"}
