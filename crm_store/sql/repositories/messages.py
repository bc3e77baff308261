"""Messages in SQL. Accepting one is two statements: number it, insert it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import (
    AcceptedMessage,
    Author,
    ConversationEvent,
    IncomingMessage,
    JsonObject,
    Owner,
    StoredButton,
)
from crm_store.domain.errors import TooManyWaiting, UnknownConversation
from crm_store.domain.sessions import WEB
from crm_store.sql.connections import Connection
from crm_store.sql.repositories.replies import Row, known_language, new_button
from crm_store.sql.statements import AnyRow, Insert, insert
from crm_store.sql.tables import agents, choices, conversations, messages
from crm_store.use_cases.ports.conversations import StoredChoice, Told

_C: Final = conversations.c
_M: Final = messages.c

_NUMBERED: Final = conversations.update().where(
    _C.id == sa.bindparam("conversation"), _C.identity_id == sa.bindparam("identity")
)
# Also locks the conversation (PostgreSQL: the row, SQLite: we are the writer), so numbers come out dense.
_NUMBER: Final = (
    _NUMBERED.where(
        # What is put away has to be taken out first: see `Handlings`.
        _C.state.in_([sa.literal_column(f"'{state}'", sa.String) for state in ("bot", "queued", "claimed")]),
    )
    .values(
        last_seq=_C.last_seq + 1,
        last_customer_seq=_C.last_seq + 1,
        waiting_since=sa.func.coalesce(_C.waiting_since, sa.bindparam("now", type_=_C.waiting_since.type)),
        turn_due_at=sa.func.coalesce(_C.turn_due_at, sa.bindparam("now", type_=_C.turn_due_at.type)),
        changed_at=sa.bindparam("now"),
    )
    .returning(_C.last_seq, _C.answered_seq, _C.owner)
)
# What nobody answers wakes nothing and takes nothing out.
_NUMBER_QUIETLY: Final = _NUMBERED.values(last_seq=_C.last_seq + 1, changed_at=sa.bindparam("now")).returning(
    _C.last_seq
)
_WAITING_BEFORE: Final = (
    sa.select(sa.literal(1))
    .where(
        _M.conversation_id == sa.bindparam("conversation"),
        _M.author == Author.CUSTOMER.value,
        _M.quiet.is_(sa.false()),
        _M.seq > sa.bindparam("answered"),
        _M.seq < sa.bindparam("seq"),
    )
    .limit(sa.bindparam("at_most"))
)
_TELL: Final = (
    conversations.update()
    .where(_C.id == sa.bindparam("conversation"))
    .values(last_seq=_C.last_seq + 1, changed_at=sa.bindparam("now"))
    .returning(_C.last_seq)
)
_ACCEPTED: Final = sa.select(_M.id, _M.conversation_id, _M.seq, _M.at).where(
    _M.channel == sa.bindparam("channel"),
    _M.account == sa.bindparam("account"),
    _M.external_id == sa.bindparam("external_id"),
)
_CHOICE: Final = sa.select(choices.c.title, choices.c.payload).where(
    choices.c.id == sa.bindparam("choice"), choices.c.conversation_id == sa.bindparam("conversation")
)
EVENT: Final = sa.select(
    _M.seq,
    _M.id,
    _M.at,
    _M.author,
    _M.text,
    _M.channel,
    _M.external_id,
    _M.in_reply_to,
    _M.buttons,
    _M.card,
    _M.language,
    _M.client_msg_id,
    _M.agent_id,
    _M.attachments,
    _M.replaces_id,
    _M.deleted_at,
    agents.c.name,
    agents.c.name_bn,
).select_from(messages.outerjoin(agents, agents.c.id == _M.agent_id))
_EVENTS: Final = (
    EVENT.where(_M.conversation_id == sa.bindparam("conversation"), _M.seq > sa.bindparam("after"))
    .order_by(_M.seq)
    .limit(sa.bindparam("at_most"))
)


_LAST_BUTTONS: Final = (
    sa.select(_M.buttons)
    .join_from(messages, conversations, _C.id == _M.conversation_id)
    .where(
        _M.conversation_id == sa.bindparam("conversation"),
        _M.seq > _C.last_customer_seq,
        _M.buttons.is_not(None),
    )
    .order_by(_M.seq.desc())
    .limit(1)
)


@cache
def _insert_unless_known(dialect: str) -> Insert:
    external = ["channel", "account", "external_id"]
    return insert(dialect, messages).on_conflict_do_nothing(index_elements=external)


class SqlMessages:
    """See `crm_store.use_cases.ports.conversations.Messages`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def accept(
        self,
        incoming: IncomingMessage,
        choice: StoredChoice | None,
        message_id: UUID,
        at: datetime,
        attachments: Sequence[JsonObject] = (),
    ) -> AcceptedMessage | None:
        seq = await self._number(incoming, at)
        row = {
            "id": message_id,
            "conversation_id": incoming.conversation_id,
            "seq": seq,
            "author": Author.CUSTOMER.value,
            "at": at,
            "text": choice.title if choice else incoming.text,
            "choice": choice.payload if choice else None,
            "channel": incoming.channel,
            "account": incoming.account,
            "external_id": incoming.external_id,
            "attachments": list(attachments) or None,
            "reply_to": incoming.reply_to,
            "quiet": incoming.quiet,
        }
        inserted = await self._connection.execute(_insert_unless_known(self._connection.dialect.name), row)
        if inserted.rowcount == 0:
            return None
        return AcceptedMessage(message_id, incoming.conversation_id, seq, at, duplicate=False)

    async def _number(self, incoming: IncomingMessage, at: datetime) -> int:
        values = {"conversation": incoming.conversation_id, "identity": incoming.identity_id, "now": at}
        statement = _NUMBER_QUIETLY if incoming.quiet else _NUMBER
        row = (await self._connection.execute(statement, values)).one_or_none()
        if row is None:
            raise UnknownConversation(str(incoming.conversation_id))
        if not incoming.quiet and row.owner == Owner.BOT.value:
            await self._check_room(incoming, row)
        seq: int = row.last_seq
        return seq

    async def _check_room(self, incoming: IncomingMessage, row: AnyRow) -> None:
        """TooManyWaiting when the bot's queue of this conversation is full."""
        at_most = incoming.at_most_waiting
        # Replies have numbers too, so this never counts too few; mostly it spares the look.
        if at_most is None or row.last_seq - row.answered_seq <= at_most:
            return
        values = {
            "conversation": incoming.conversation_id,
            "answered": row.answered_seq,
            "seq": row.last_seq,
            "at_most": at_most,
        }
        waiting = (await self._connection.execute(_WAITING_BEFORE, values)).all()
        if len(waiting) >= at_most:
            raise TooManyWaiting(str(incoming.conversation_id))

    async def find_accepted(self, channel: str, account: str, external_id: str) -> AcceptedMessage | None:
        key = {"channel": channel, "account": account, "external_id": external_id}
        row = (await self._connection.execute(_ACCEPTED, key)).one_or_none()
        if row is None:
            return None
        return AcceptedMessage(row.id, row.conversation_id, row.seq, row.at, duplicate=True)

    async def tell(self, told: Told, channel: str, account: str, at: datetime) -> None:
        numbered = await self._connection.execute(_TELL, {"conversation": told.conversation_id, "now": at})
        buttons = [new_button(button.title) for button in told.buttons]
        row = {
            "id": told.id,
            "conversation_id": told.conversation_id,
            "seq": numbered.scalar_one(),
            "author": Author.SYSTEM.value,
            "at": at,
            "text": told.text,
            "language": known_language(told.language),
            "card": told.card,
            "buttons": buttons or None,
            "channel": channel,
            "account": account,
            "external_id": told.external_id,
        }
        await self._connection.execute(messages.insert(), row)
        if buttons:
            await self._connection.execute(choices.insert(), _choices(told, buttons))

    async def find_choice(self, conversation_id: UUID, choice_id: str) -> StoredChoice | None:
        key = {"conversation": conversation_id, "choice": choice_id}
        row = (await self._connection.execute(_CHOICE, key)).one_or_none()
        return StoredChoice(row.title, row.payload) if row is not None else None

    async def list_last_buttons(self, conversation_id: UUID) -> tuple[StoredButton, ...]:
        shown = await self._connection.execute(_LAST_BUTTONS, {"conversation": conversation_id})
        return stored_buttons(shown.scalar_one_or_none())

    async def list_events(self, conversation_id: UUID, after_seq: int, limit: int) -> list[ConversationEvent]:
        values = {"conversation": conversation_id, "after": after_seq, "at_most": limit}
        return [event_of(row) for row in await self._connection.execute(_EVENTS, values)]


def _choices(told: Told, buttons: list[Row]) -> list[Row]:
    return [
        {
            "id": shown["id"],
            "conversation_id": told.conversation_id,
            "message_id": told.id,
            "ordinal": place,
            "title": shown["title"],
            "payload": button.payload,
        }
        for place, (shown, button) in enumerate(zip(buttons, told.buttons, strict=True))
    ]


def event_of(row: AnyRow) -> ConversationEvent:
    return ConversationEvent(
        seq=row.seq,
        id=row.id,
        at=row.at,
        author=Author(row.author),
        text=row.text,
        client_msg_id=row.client_msg_id or _client_msg_id(row),
        in_reply_to=row.in_reply_to,
        buttons=stored_buttons(row.buttons),
        card=row.card,
        language=row.language,
        agent=AgentName(row.agent_id, row.name, row.name_bn) if row.agent_id else None,
        attachments=tuple(row.attachments or ()),
        replaces=row.replaces_id,
        deleted_at=row.deleted_at,
    )


def stored_buttons(listed: list[dict[str, str]] | None) -> tuple[StoredButton, ...]:
    """The buttons of a message row."""
    return tuple(StoredButton(button["id"], button["title"]) for button in listed or ())


def _client_msg_id(row: AnyRow) -> str | None:
    """The web's external ids are "<conversation>:<client_msg_id>"; other channels have no such thing."""
    if row.author != Author.CUSTOMER.value or row.channel != WEB or row.external_id is None:
        return None
    return str(row.external_id).partition(":")[2]
