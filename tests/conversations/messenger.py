"""A customer who writes from a messenger, in private or where others read along."""

from uuid import UUID, uuid4

import aiohttp

from crm_store.domain.received import Place, Received, Sender
from crm_store.use_cases.receiving import receive
from crm_store.use_cases.unit_of_work import Store
from tests.conversations.assistant import Talk


class MessengerTalk(Talk):
    """Like `Talk`, on a platform: nobody logs in, and the place says who reads along."""

    def __init__(
        self, store: Store, http: aiohttp.ClientSession, engine_url: str, sender: Sender, place: Place
    ) -> None:
        super().__init__(store, http, engine_url)
        self._sender = sender
        self._place = place
        self._conversation: UUID | None = None

    @property
    def conversation_id(self) -> UUID:
        assert self._conversation is not None, "say something first"
        return self._conversation

    async def _accept(self, text: str | None, choice_id: str | None) -> None:
        received = Received(
            self._sender, self._place, external_id=uuid4().hex, text=text, choice_id=choice_id
        )
        self._conversation = (await receive(self.store, received)).conversation_id
