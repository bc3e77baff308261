"""Connecting a messenger: one-time links and codes for customers who are logged in (docs/identity.md)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web

from bot.channels.web.access import Gate, bearer_token
from bot.channels.web.identity import check_identity
from bot.channels.web.refusals import Refusal
from bot.channels.web.routes import PREFIX, json_answer, read_object
from crm_store.domain.channels import ChannelAccount
from crm_store.domain.errors import NotLinked, UnknownCustomer, VerificationNeeded
from crm_store.domain.linking import LinkedAccount, LinkOffer, way_in
from crm_store.domain.sessions import WEB
from crm_store.use_cases.linking import (
    disconnect_own,
    list_accounts,
    list_connectable,
    offer_link,
    offer_link_to,
)
from crm_store.use_cases.sessions import access_web_session
from crm_store.use_cases.unit_of_work import Store


class LinkRoutes:
    """Handlers of `/api/web/{widget}/links`."""

    def __init__(self, store: Store, gate: Gate, identity_keys: Mapping[str, str]) -> None:
        self._store = store
        self._gate = gate
        self._identity_keys = identity_keys

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get(f"{PREFIX}/links", self.list, allow_head=False)
        app.router.add_post(f"{PREFIX}/links", self.offer)
        app.router.add_delete(f"{PREFIX}/links/{{identity}}", self.disconnect)
        app.router.add_options(PREFIX + "/{rest:links(?:/.*)?}", self.answer_preflight)

    async def answer_preflight(self, request: web.Request) -> web.Response:
        """CORS preflight; the headers are added for every allowed origin."""
        self._gate.check_widget(request)
        return web.Response(status=204)

    async def list(self, request: web.Request) -> web.Response:
        """What can be connected, and what of this customer's is."""
        conversation_id = await self._enter(request)
        accounts = [each for each in await _own(self._store, conversation_id) if each.channel != WEB]
        return json_answer(
            {
                "channels": [_channel_object(each) for each in await list_connectable(self._store)],
                "accounts": [_account_object(each) for each in accounts],
            }
        )

    async def offer(self, request: web.Request) -> web.Response:
        """A one-time link and code: for the session's customer, or whom the shop's signed identity names."""
        offer = await self._offer(request)
        channels = await list_connectable(self._store)
        return json_answer(
            {
                "code": offer.code,
                "code_expires_at": offer.code_expires_at.isoformat(),
                "expires_at": offer.token_expires_at.isoformat(),
                "channels": [_channel_object(each) | _way_in(each, offer) for each in channels],
            },
            status=201,
        )

    async def disconnect(self, request: web.Request) -> web.Response:
        """Take a connection of this customer's away."""
        conversation_id = await self._enter(request)
        try:
            await disconnect_own(self._store, conversation_id, UUID(request.match_info["identity"]))
        except VerificationNeeded:
            raise _not_logged_in() from None
        except (NotLinked, ValueError):
            raise Refusal("not_found", "No such account is connected.", status=404) from None
        return web.Response(status=204)

    async def _offer(self, request: web.Request) -> LinkOffer:
        if "Authorization" in request.headers:
            conversation_id = await self._enter(request)
            try:
                return await offer_link(self._store, conversation_id)
            except VerificationNeeded:
                raise _not_logged_in() from None
        widget = self._check(request)
        body = await read_object(request)
        identity = check_identity(body.get("jwt"), widget=widget, keys=self._identity_keys)
        self._gate.check_identity_rate(f"{widget}:{identity.subject}")
        try:
            return await offer_link_to(self._store, identity.subject)
        except UnknownCustomer:
            raise Refusal(
                "not_found", "This customer has never logged in here: identify a session first.", status=404
            ) from None

    async def _enter(self, request: web.Request) -> UUID:
        widget = self._check(request)
        session = await access_web_session(self._store, widget=widget, token=bearer_token(request))
        self._gate.check_identity_rate(session.identity_id)
        return session.conversation_id

    def _check(self, request: web.Request) -> str:
        widget = self._gate.check_widget(request)
        self._gate.check_address(self._gate.address_of(request))
        return widget


async def _own(store: Store, conversation_id: UUID) -> list[LinkedAccount]:
    try:
        return await list_accounts(store, conversation_id)
    except VerificationNeeded:
        raise _not_logged_in() from None


def _not_logged_in() -> Refusal:
    return Refusal("not_logged_in", "Identify the session first.", status=401)


def _channel_object(account: ChannelAccount) -> dict[str, Any]:
    return {"channel": account.channel, "account": account.account, "name": account.name}


def _way_in(account: ChannelAccount, offer: LinkOffer) -> dict[str, Any]:
    """A link to open, or else what to type there."""
    way = way_in(account, offer)
    return {"url": way.url, "type": way.command if way.url is None else None}


def _account_object(account: LinkedAccount) -> dict[str, Any]:
    return {
        "id": str(account.identity_id),
        "channel": account.channel,
        "account": account.account,
        "name": account.shown,
        "proof": account.proof.value,
        "linked_at": account.linked_at.isoformat() if account.linked_at else None,
    }
