"""The shop's share of the SQL unit of work; each repository is made when first asked for."""

from functools import cached_property

from crm_store.sql.connections import Connection
from crm_store.sql.repositories.addresses import SqlAddresses
from crm_store.sql.repositories.branches import SqlBranches
from crm_store.sql.repositories.catalogue import SqlCatalogue
from crm_store.sql.repositories.customers import SqlCustomers
from crm_store.sql.repositories.handoffs import SqlHandoffs
from crm_store.sql.repositories.history import SqlAppliedActions, SqlInteractions
from crm_store.sql.repositories.offers import SqlDocumentLinks, SqlLoyalty, SqlPayments, SqlPromotions
from crm_store.sql.repositories.orders import SqlOrders
from crm_store.sql.repositories.returns import SqlRefunds, SqlReturns
from crm_store.sql.repositories.reviews import SqlReviews
from crm_store.sql.repositories.tickets import SqlTickets


class SqlCommerceRepositories:
    """See `crm_store.use_cases.ports.commerce.CommerceRepositories`."""

    connection: Connection

    @cached_property
    def customers(self) -> SqlCustomers:
        return SqlCustomers(self.connection)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self.connection)

    @cached_property
    def catalogue(self) -> SqlCatalogue:
        return SqlCatalogue(self.connection)

    @cached_property
    def branches(self) -> SqlBranches:
        return SqlBranches(self.connection)

    @cached_property
    def returns(self) -> SqlReturns:
        return SqlReturns(self.connection)

    @cached_property
    def refunds(self) -> SqlRefunds:
        return SqlRefunds(self.connection)

    @cached_property
    def addresses(self) -> SqlAddresses:
        return SqlAddresses(self.connection)

    @cached_property
    def reviews(self) -> SqlReviews:
        return SqlReviews(self.connection)

    @cached_property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self.connection)

    @cached_property
    def payments(self) -> SqlPayments:
        return SqlPayments(self.connection)

    @cached_property
    def promotions(self) -> SqlPromotions:
        return SqlPromotions(self.connection)

    @cached_property
    def loyalty(self) -> SqlLoyalty:
        return SqlLoyalty(self.connection)

    @cached_property
    def document_links(self) -> SqlDocumentLinks:
        return SqlDocumentLinks(self.connection)

    @cached_property
    def handoffs(self) -> SqlHandoffs:
        return SqlHandoffs(self.connection)

    @cached_property
    def interactions(self) -> SqlInteractions:
        return SqlInteractions(self.connection)

    @cached_property
    def applied_actions(self) -> SqlAppliedActions:
        return SqlAppliedActions(self.connection)
