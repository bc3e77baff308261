"""A worker in a process of its own: claims and answers everything there is, and prints what it claimed.

`python -m tests.contracts.claiming URL`; with `write CONVERSATION IDENTITY COUNT SENDER` it writes messages
instead, and prints each one accepted.
"""

import asyncio
import sys
from uuid import UUID

from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.turns import Reply, TurnResult
from crm_store.sql import SqlStore, open_store
from crm_store.use_cases.conversations import accept_message
from crm_store.use_cases.turns import claim_turn, commit_turn

LEASE_S = 30.0


async def answer_everything(store: SqlStore) -> list[UUID]:
    answered = []
    while (turn := await claim_turn(store, lease_seconds=LEASE_S)) is not None:
        reply = Reply(text=f"re {turn.message.text}", language="en")
        result = TurnResult((reply,), state={}, understanding=None, actions=(), language="en")
        await commit_turn(store, turn, result, keep_lease=False)
        answered.append(turn.message.id)
    return answered


async def write(store: SqlStore, conversation_id: UUID, identity_id: UUID, count: int, sender: str) -> None:
    for n in range(count):
        external_id = f"{conversation_id}:{sender}-{n}"
        incoming = IncomingMessage(
            "web", "demo", identity_id, conversation_id, external_id, external_id, None
        )
        accepted = await accept_message(store, incoming)
        sys.stdout.write(f"{accepted.id}\n")  # the acknowledgement: from here on it may not be lost
        sys.stdout.flush()


async def main(url: str, *words: str) -> None:
    store = await open_store(url)
    try:
        if words[:1] == ("write",):
            _, conversation, identity, count, sender = words
            await write(store, UUID(conversation), UUID(identity), int(count), sender)
            return
        for message_id in await answer_everything(store):
            sys.stdout.write(f"{message_id}\n")
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
