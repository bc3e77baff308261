"""What the agents' console reads. Nothing here is asked for during a turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, Protocol
from uuid import UUID

from crm_store.domain.agent_events import AgentEvent, Transcript
from crm_store.domain.board import (
    BoardTopics,
    BoardTraffic,
    BoardWork,
    PresentAgent,
    ReasonCount,
)
from crm_store.domain.card_sources import CardTicket, Change, LastRating, Understood, Value
from crm_store.domain.conversation_lists import Counts, ListFilter, PastHandoff, Summary
from crm_store.domain.conversations import JsonObject
from crm_store.domain.cursors import Part
from crm_store.domain.customer_panel import PanelAddress, PanelIdentity, PanelMerge, PanelRating, PanelTicket
from crm_store.domain.customers import Consents
from crm_store.domain.dialogue_memory import DialogueMemory
from crm_store.domain.handoff_card import Who
from crm_store.domain.search import (
    FoundConversation,
    FoundOrder,
    IndexBatch,
    IndexedCustomer,
    IndexedMessage,
    IndexPass,
    ListedPerson,
)
from crm_store.domain.search_words import Term


@dataclass(frozen=True, slots=True)
class CardParty:
    """Who a card is about; `customer_id` is None while nobody is known."""

    customer_id: UUID | None
    who: Who
    memory: DialogueMemory
    mood: tuple[str, str] | None = None
    """Level and trend of the conversation."""


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What a card tells of a known customer, besides their orders."""

    tickets: tuple[CardTicket, ...]
    rating: LastRating | None
    value: Value
    returns: int


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    id: UUID
    name: str
    name_bn: str | None
    email: str | None
    phone: str | None
    language: str | None
    tier: str
    timezone: str
    created_at: datetime
    consents: Consents


class HistorySource(IntEnum):
    """Where a line of the timeline comes from; of one moment, the later source happened last."""

    BEGINNING = 0  # of a conversation
    HANDS = 1  # a conversation changed hands
    JOURNAL = 2  # everything else


# Identifies a line within its source: its number, or a conversation and the epoch that began.
LineId = tuple[int, UUID]
FIRST_LINE: Final[LineId] = (0, UUID(int=0))
LAST_LINE: Final[LineId] = (2**31 - 1, UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened with a customer."""

    source: HistorySource
    line: LineId
    at: datetime
    kind: str
    channel: str | None
    conversation_id: UUID | None
    actor: str
    facts: JsonObject

    @property
    def key(self) -> tuple[datetime, HistorySource, LineId]:
        """Later is greater."""
        return self.at, self.source, self.line

    @property
    def place(self) -> tuple[Part, ...]:
        """Where the list goes on behind this line."""
        return self.at, int(self.source), *self.line


class ConversationLists(Protocol):
    async def list_page(
        self, wanted: ListFilter, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[Summary, tuple[Part, ...]]]:
        """Conversations with the sort key of each, behind the key `after`."""
        ...

    async def find(self, conversation_ids: Sequence[UUID]) -> list[Summary]: ...

    async def count(self, agent_id: UUID) -> Counts: ...


class Transcripts(Protocol):
    async def read_after(self, conversation_id: UUID, after_seq: int, limit: int) -> Transcript | None: ...

    async def read_before(self, conversation_id: UUID, before_seq: int, limit: int) -> Transcript | None: ...

    async def find_event(self, conversation_id: UUID, message_id: UUID) -> AgentEvent | None: ...


class CardReads(Protocol):
    async def find_party(self, conversation_id: UUID) -> CardParty | None: ...

    async def list_messages(self, conversation_id: UUID) -> tuple[Understood, ...]:
        """The customer's newest messages, oldest first."""
        ...

    async def list_changes(self, conversation_id: UUID) -> tuple[Change, ...]:
        """What the conversation wrote into the history lately, oldest first."""
        ...

    async def read_record(self, customer_id: UUID) -> CustomerRecord: ...

    async def find_product_name(self, sku: str) -> tuple[str, str] | None: ...

    async def list_handoffs(self, conversation_id: UUID) -> tuple[PastHandoff, ...]:
        """The newest first."""
        ...


class CustomerPanels(Protocol):
    async def find_customer(self, customer_id: UUID) -> FoundCustomer | None:
        """The customer, or the one they were merged into."""
        ...

    async def list_merges(self, customer_id: UUID) -> tuple[PanelMerge, ...]:
        """The journal of merges, newest first."""
        ...

    async def list_identities(self, customer_id: UUID) -> tuple[PanelIdentity, ...]: ...

    async def list_tickets(self, customer_id: UUID) -> tuple[PanelTicket, ...]: ...

    async def list_ratings(self, customer_id: UUID) -> tuple[PanelRating, ...]: ...

    async def list_addresses(self, customer_id: UUID) -> tuple[PanelAddress, ...]: ...

    async def list_history(self, customer_id: UUID, after: Sequence[Part], limit: int) -> list[HistoryLine]:
        """What happened, newest first, behind the `place` of a line."""
        ...


class Search(Protocol):
    async def find_customers(
        self, terms: Sequence[Term], after: Sequence[Part] | None, limit: int
    ) -> list[tuple[ListedPerson, tuple[Part, ...]]]:
        """Customers who have all of these words, the newest first, each with its sort key."""
        ...

    async def find_orders(
        self, terms: Sequence[Term], digits: str | None, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[FoundOrder, tuple[Part, ...]]]:
        """Orders whose number begins with `digits`, or of the customers with all of these words."""
        ...

    async def find_conversations(
        self, terms: Sequence[Term], query: str, after: Sequence[Part] | None, limit: int
    ) -> list[tuple[FoundConversation, tuple[Part, ...]]]:
        """Conversations in which all of these words were written, the newest mention first."""
        ...

    async def find_positions(self) -> dict[IndexPass, str]: ...

    async def begin_passes(self, settled: datetime) -> None:
        """Give each pass of the indexer the position it begins at, once."""
        ...

    async def read_batch(
        self, pass_: IndexPass, position: str, settled: datetime, limit: int
    ) -> IndexBatch: ...

    async def advance(self, batch: IndexBatch) -> bool:
        """Note how far the pass is; False when another process was quicker."""
        ...

    async def save_customer_words(self, customer: IndexedCustomer, words: Sequence[str]) -> None: ...

    async def save_message_words(self, words: Sequence[tuple[IndexedMessage, str]]) -> None: ...

    async def save_topics(self, topics: Mapping[UUID, str]) -> None:
        """What each of these conversations is about: an intent."""
        ...


class BoardReads(Protocol):
    """Figures of the window that begins at `since`; `offset` is the shop's clock against UTC."""

    async def list_present(self, present_since: datetime) -> tuple[PresentAgent, ...]: ...

    async def find_longest_waiting(self) -> datetime | None:
        """Since when the conversation that waits longest has been queued."""
        ...

    async def read_traffic(self, since: datetime, offset: timedelta) -> BoardTraffic: ...

    async def list_reasons(self, since: datetime) -> tuple[ReasonCount, ...]: ...

    async def read_topics(self, since: datetime) -> BoardTopics: ...

    async def read_work(self, since: datetime) -> BoardWork: ...


class ConsoleReads(Protocol):
    """The console's share of a unit of work."""

    @property
    def lists(self) -> ConversationLists: ...
    @property
    def transcripts(self) -> Transcripts: ...
    @property
    def cards(self) -> CardReads: ...
    @property
    def panels(self) -> CustomerPanels: ...
    @property
    def search(self) -> Search: ...
    @property
    def board(self) -> BoardReads: ...
