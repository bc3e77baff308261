import asyncio
import uuid
from datetime import UTC, datetime

import pytest

from bot.fanout import KEPT_EVENTS, Feed, Hub, Whisper
from crm_store.domain.conversations import Author, ConversationEvent

CONVERSATION = uuid.uuid4()


def make_event(seq: int) -> ConversationEvent:
    return ConversationEvent(
        seq=seq,
        id=uuid.uuid4(),
        at=datetime(2026, 11, 21, tzinfo=UTC),
        author=Author.BOT,
        text=f"event {seq}",
        client_msg_id=None,
        in_reply_to=None,
        buttons=(),
        card=None,
        language=None,
    )


class Transcript:
    """The database of these tests; counts what it is asked and how often an event is encoded."""

    def __init__(self, length: int) -> None:
        self.events = [make_event(seq) for seq in range(1, length + 1)]
        self.reads = 0
        self.encoded = 0

    def add(self) -> ConversationEvent:
        self.events.append(make_event(len(self.events) + 1))
        return self.events[-1]

    async def read(self, _conversation: uuid.UUID, after_seq: int, limit: int) -> list[ConversationEvent]:
        self.reads += 1
        await asyncio.sleep(0)
        return self.events[after_seq : after_seq + limit]

    def encode(self, event: ConversationEvent) -> bytes:
        self.encoded += 1
        return str(event.text).encode()


@pytest.fixture
def transcript() -> Transcript:
    return Transcript(5)


@pytest.fixture
def hub(transcript: Transcript) -> Hub:
    return Hub(transcript.read, transcript.encode)


async def seqs(feed: Feed, after: int, *, look: bool = False) -> list[int]:
    return [line.seq for line in await feed.after(after, look=look)]


async def test_without_a_hint_nothing_is_read(hub: Hub, transcript: Transcript) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    assert await seqs(feed, 5) == []
    assert transcript.reads == 0


async def test_a_hint_wakes_everybody_and_costs_one_read(hub: Hub, transcript: Transcript) -> None:
    feed, left = hub.listen(CONVERSATION, "s")
    _, right = hub.listen(CONVERSATION, "s")
    transcript.add()
    hub.hint(CONVERSATION, 6)
    assert left.wake.is_set()
    assert right.wake.is_set()
    results = await asyncio.gather(*(seqs(feed, 5) for _ in range(10)))
    assert results == [[6]] * 10
    assert (transcript.reads, transcript.encoded) == (1, 1)


async def test_looking_finds_what_no_hint_promised(hub: Hub, transcript: Transcript) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    assert await seqs(feed, 3, look=True) == [4, 5]


async def test_an_offered_event_needs_no_read(hub: Hub, transcript: Transcript) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    hub.offer(CONVERSATION, transcript.add())
    assert await seqs(feed, 5) == [6]
    assert transcript.reads == 0


async def test_an_event_offered_out_of_order_leaves_no_gap(hub: Hub, transcript: Transcript) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    sixth, seventh = transcript.add(), transcript.add()
    hub.offer(CONVERSATION, seventh)
    assert await seqs(feed, 5) == [6, 7]
    hub.offer(CONVERSATION, sixth)
    assert await seqs(feed, 5) == [6, 7]
    assert await seqs(feed, 7) == []


async def test_a_late_listener_reads_the_history_without_disturbing_the_others(
    hub: Hub, transcript: Transcript
) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    hub.offer(CONVERSATION, transcript.add())
    assert await seqs(feed, 0, look=True) == [1, 2, 3, 4, 5, 6]
    assert await seqs(feed, 5) == [6]


async def test_memory_of_a_feed_is_bounded(hub: Hub, transcript: Transcript) -> None:
    feed, _ = hub.listen(CONVERSATION, "s")
    for _ in range(3 * KEPT_EVENTS):
        hub.offer(CONVERSATION, transcript.add())
    assert len(feed._lines) == KEPT_EVENTS
    assert await seqs(feed, 5) == list(range(6, 6 + 3 * KEPT_EVENTS))


async def test_whispers_reach_the_conversation_only(hub: Hub) -> None:
    _, here = hub.listen(CONVERSATION, "s")
    _, elsewhere = hub.listen(uuid.uuid4(), "s")
    hub.whisper(CONVERSATION, Whisper(1, b"typing"))
    assert list(here.whispers) == [Whisper(1, b"typing")]
    assert here.wake.is_set()
    assert not elsewhere.whispers


async def test_a_replaced_session_stops_its_own_sockets_only(hub: Hub) -> None:
    _, old = hub.listen(CONVERSATION, "old")
    _, new = hub.listen(CONVERSATION, "new")
    hub.stop_session("old", 4001)
    assert (old.stop_code, new.stop_code) == (4001, None)
    hub.stop_all(1012)
    assert (old.stop_code, new.stop_code) == (4001, 1012)


async def test_the_last_one_out_closes_the_feed(hub: Hub) -> None:
    _, left = hub.listen(CONVERSATION, "s")
    _, right = hub.listen(CONVERSATION, "s")
    hub.leave(left)
    assert CONVERSATION in hub._feeds
    hub.leave(right)
    hub.leave(right)
    assert not hub._feeds
    hub.hint(CONVERSATION, 9)  # nobody listens, nothing happens
