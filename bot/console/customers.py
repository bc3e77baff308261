"""Customers, search and the board: what agents read beside conversations."""

from dataclasses import dataclass
from typing import Any

from bot.console.audit import Audit
from bot.console.bodies import BoardQuery, Nothing, Page, SearchQuery
from bot.console.calls import Answer, Call
from bot.console.panel_shapes import Board, CustomerPanel, Found, Timeline
from bot.console.permissions import Permission
from bot.console.plain import plain
from bot.console.routing import Route
from bot.console.writing import agent_object
from crm_store.use_cases.board import read_board
from crm_store.use_cases.customer_panels import list_timeline, read_customer_panel
from crm_store.use_cases.search import SearchKind, search
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True)
class Customers:
    """Handlers of what agents look up."""

    store: Store
    audit: Audit

    def routes(self) -> list[Route]:
        """What is served."""
        read = Permission.CONVERSATIONS_READ
        return [
            Route(
                "GET",
                "/customers/{customer}",
                read,
                self.panel,
                "All about a customer",
                gives=CustomerPanel,
            ),
            Route(
                "GET",
                "/customers/{customer}/timeline",
                read,
                self.timeline,
                "What happened with a customer on every channel, newest first",
                takes=Page,
                gives=Timeline,
            ),
            Route(
                "GET",
                "/search",
                read,
                self.search,
                "Customers, orders and conversations by words of either script",
                takes=SearchQuery,
                gives=Found,
            ),
            Route(
                "GET",
                "/board",
                Permission.BOARD_READ,
                self.board,
                "Who is here, what waits, and how the last days went",
                takes=BoardQuery,
                gives=Board,
            ),
        ]

    async def panel(self, call: Call[Nothing]) -> Answer:
        """Identities, orders, tickets, ratings, addresses."""
        customer_id = call.id("customer")
        found = await read_customer_panel(self.store, customer_id)
        await self.audit.saw("customer_read", call.who.id, customer_id=customer_id)
        return Answer(plain(found))

    async def timeline(self, call: Call[Page]) -> Answer:
        """Both languages at once; the console shows its own."""
        customer_id = call.id("customer")
        found = await list_timeline(self.store, customer_id, cursor=call.given.cursor, limit=call.given.limit)
        await self.audit.saw("customer_read", call.who.id, customer_id=customer_id)
        return Answer(plain(found))

    async def search(self, call: Call[SearchQuery]) -> Answer:
        """Kept with how much was found, without the words: they are somebody's name."""
        given = call.given
        found: dict[str, Any] = plain(
            await search(
                self.store,
                given.q,
                kind=SearchKind(given.kind) if given.kind else None,
                cursor=given.cursor,
                limit=given.limit,
            )
        )
        sizes = {name: len(items) for name, items in found.items() if isinstance(items, list)}
        await self.audit.note("search", call.who.id, facts=sizes)
        return Answer(found)

    async def board(self, call: Call[BoardQuery]) -> Answer:
        """The last days, and now."""
        found = await read_board(self.store, days=call.given.days)
        shown = plain(found)
        for line, present in zip(shown["now"]["agents"], found.now.agents, strict=True):
            line["agent"] = agent_object(present.agent)
        return Answer(shown)
