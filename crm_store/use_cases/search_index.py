"""Filling the search index in the background, and noting on the way what conversations are about."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.card_wants import is_matter
from crm_store.domain.search import DONE, IndexBatch, IndexedCustomer, IndexedMessage, IndexPass
from crm_store.domain.search_words import words_of_person, words_of_text
from crm_store.use_cases.unit_of_work import Store

# Tens of milliseconds of work: the gateway shares its loop with SQLite.
BATCH: Final = 100
# A transaction that is still open may bring an older id than one already seen; none takes this long.
SETTLED_AFTER: Final = timedelta(seconds=30)


async def index_new_messages(store: Store, limit: int = BATCH) -> int:
    """Index what is not yet, at most `limit` things of each kind; answers how many there were.

    Call it again at once while there are any. Any number of processes may.
    """
    positions = await _find_positions(store)
    done = 0
    for pass_, position in positions.items():
        if position != DONE:
            done += await _go_on(store, pass_, position, limit)
    return done


async def _find_positions(store: Store) -> dict[IndexPass, str]:
    async with store.read() as uow:
        positions = await uow.search.find_positions()
    if len(positions) == len(IndexPass):
        return positions
    async with store.begin() as uow:
        await uow.search.begin_passes(uow.now - SETTLED_AFTER)
        await uow.commit()
        return await uow.search.find_positions()


async def _go_on(store: Store, pass_: IndexPass, position: str, limit: int) -> int:
    async with store.read() as uow:
        batch = await uow.search.read_batch(pass_, position, uow.now - SETTLED_AFTER, limit)
    if batch.reaches == batch.begins:
        return 0
    people = [(customer, _words_of(customer)) for customer in batch.customers]
    words = _words_in(batch)
    async with store.begin() as uow:
        if not await uow.search.advance(batch):
            return 0
        for customer, own in people:
            await uow.search.save_customer_words(customer, own)
        await uow.search.save_message_words(words)
        await uow.search.save_topics(_topics_in(batch))
        await uow.commit()
    return len(batch.customers) + len(batch.messages)


def _topics_in(batch: IndexBatch) -> dict[UUID, str]:
    """The last matter of each conversation. Old messages do not come in their order, so they say nothing."""
    if batch.pass_ is not IndexPass.NEW_MESSAGES:
        return {}
    return {
        message.conversation_id: message.intent
        for message in sorted(batch.messages, key=lambda message: message.seq)
        if message.intent is not None and is_matter(message.intent)
    }


def _words_of(customer: IndexedCustomer) -> list[str]:
    return words_of_person((customer.name, customer.name_bn), customer.email, customer.phone)


def _words_in(batch: IndexBatch) -> list[tuple[IndexedMessage, str]]:
    """In one order for every process, so that two of them cannot lock each other out."""
    found = [(message, word) for message in batch.messages for word in words_of_text(message.text)]
    return sorted(found, key=lambda pair: (pair[0].conversation_id, pair[1], pair[0].seq))
