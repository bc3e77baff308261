"""The shop's share of a unit of work."""

from typing import Protocol

from crm_store.use_cases.ports.customers import Customers
from crm_store.use_cases.ports.handoffs import Handoffs
from crm_store.use_cases.ports.history import AppliedActions, Interactions
from crm_store.use_cases.ports.orders import Catalogue, Orders
from crm_store.use_cases.ports.returns import Refunds, Returns
from crm_store.use_cases.ports.tickets import Tickets


class CommerceRepositories(Protocol):
    @property
    def customers(self) -> Customers: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def returns(self) -> Returns: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def handoffs(self) -> Handoffs: ...
    @property
    def interactions(self) -> Interactions: ...
    @property
    def applied_actions(self) -> AppliedActions: ...
