"""The console's share of the SQL unit of work; each part is made when first asked for."""

from datetime import datetime
from functools import cached_property

from crm_store.sql.connections import Connection
from crm_store.sql.queries.board import SqlBoard
from crm_store.sql.queries.conversation_lists import SqlConversationLists
from crm_store.sql.queries.customer_panels import SqlCustomerPanels
from crm_store.sql.queries.handoff_cards import SqlCardReads
from crm_store.sql.queries.search import SqlSearch
from crm_store.sql.queries.transcripts import SqlTranscripts


class SqlConsoleReads:
    """See `crm_store.use_cases.ports.console.ConsoleReads`."""

    connection: Connection
    now: datetime

    @cached_property
    def lists(self) -> SqlConversationLists:
        return SqlConversationLists(self.connection, self.now)

    @cached_property
    def transcripts(self) -> SqlTranscripts:
        return SqlTranscripts(self.connection)

    @cached_property
    def cards(self) -> SqlCardReads:
        return SqlCardReads(self.connection)

    @cached_property
    def panels(self) -> SqlCustomerPanels:
        return SqlCustomerPanels(self.connection)

    @cached_property
    def search(self) -> SqlSearch:
        return SqlSearch(self.connection)

    @cached_property
    def board(self) -> SqlBoard:
        return SqlBoard(self.connection, self.now)
