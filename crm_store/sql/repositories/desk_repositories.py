"""The agents' desk's share of the SQL unit of work; each repository is made when first asked for."""

from functools import cached_property

from crm_store.sql.connections import Connection
from crm_store.sql.repositories.agent_access import SqlAgentAccess
from crm_store.sql.repositories.agent_accounts import SqlAgentAccounts
from crm_store.sql.repositories.agent_actions import SqlAgentActions
from crm_store.sql.repositories.agent_threads import SqlAgentThreads
from crm_store.sql.repositories.desk import (
    SqlAuditLog,
    SqlCannedReplies,
    SqlColleagues,
)


class SqlDeskRepositories:
    """See `crm_store.use_cases.ports.desk.DeskRepositories`."""

    connection: Connection

    @cached_property
    def agent_access(self) -> SqlAgentAccess:
        return SqlAgentAccess(self.connection)

    @cached_property
    def agent_accounts(self) -> SqlAgentAccounts:
        return SqlAgentAccounts(self.connection)

    @cached_property
    def agent_threads(self) -> SqlAgentThreads:
        return SqlAgentThreads(self.connection)

    @cached_property
    def agent_actions(self) -> SqlAgentActions:
        return SqlAgentActions(self.connection)

    @cached_property
    def colleagues(self) -> SqlColleagues:
        return SqlColleagues(self.connection)

    @cached_property
    def canned_replies(self) -> SqlCannedReplies:
        return SqlCannedReplies(self.connection)

    @cached_property
    def audit(self) -> SqlAuditLog:
        return SqlAuditLog(self.connection)
