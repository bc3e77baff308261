"""The port use cases stand on: a store, and the unit of work it opens."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from crm_store.use_cases.ports.agent_messages import AgentMessages
from crm_store.use_cases.ports.agents import Agents
from crm_store.use_cases.ports.attachments import Attachments
from crm_store.use_cases.ports.channels import Platforms
from crm_store.use_cases.ports.commerce import CommerceRepositories
from crm_store.use_cases.ports.console import ConsoleReads
from crm_store.use_cases.ports.conversations import Conversations, Messages
from crm_store.use_cases.ports.desk import DeskRepositories
from crm_store.use_cases.ports.handling import Handlings
from crm_store.use_cases.ports.hints import HintSource
from crm_store.use_cases.ports.linking import Links, Merges
from crm_store.use_cases.ports.notes import Labels, Notes
from crm_store.use_cases.ports.outbox import Outbox
from crm_store.use_cases.ports.people import Identities, Sessions
from crm_store.use_cases.ports.received import ReceivedMessages
from crm_store.use_cases.ports.review import ReviewCandidates
from crm_store.use_cases.ports.surveys import Surveys
from crm_store.use_cases.ports.teams import Teams
from crm_store.use_cases.ports.turns import Turns
from crm_store.use_cases.ports.waiting import WaitingRoom


class UnitOfWork(CommerceRepositories, ConsoleReads, DeskRepositories, Protocol):
    """One transaction. Its repositories see one another's writes; nobody else does before `commit`.

    The shop's repositories are in `CommerceRepositories`; `crm_store.sql.store.SqlUnitOfWork` has them all.
    """

    @property
    def now(self) -> datetime:
        """When this unit of work began, in UTC: the one time everything in it is stamped with."""
        ...

    @property
    def conversations(self) -> Conversations: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def agent_messages(self) -> AgentMessages: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def labels(self) -> Labels: ...
    @property
    def handling(self) -> Handlings: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def links(self) -> Links: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def surveys(self) -> Surveys: ...
    @property
    def waiting_room(self) -> WaitingRoom: ...
    @property
    def platforms(self) -> Platforms: ...
    @property
    def received(self) -> ReceivedMessages: ...
    @property
    def review(self) -> ReviewCandidates: ...

    async def commit(self) -> None:
        """Make everything durable. Raises ConflictingWrite when somebody else was first."""
        ...


class Store(Protocol):
    """The customer memory, whatever database it lives in."""

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that may write. Leaving it without `commit` rolls back."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that only reads: it waits for no writer and holds none up."""
        ...

    def hints(self) -> HintSource | None:
        """Where other processes' commits are told of; None where nobody tells (SQLite): polls find them."""
        ...

    async def ping(self) -> None:
        """Ask the database something. Raises StoreUnavailable."""
        ...

    async def close(self) -> None:
        """Give back all connections."""
        ...
