"""Who may use the web channel: widgets, origins, session tokens, rates."""

from dataclasses import dataclass

from aiohttp import web

from bot.attachments.refusals import unknown_attachment
from bot.channels.web.frames import check_token
from bot.channels.web.refusals import (
    Refusal,
    bad_session,
    origin_not_allowed,
    overloaded,
    rate_limited,
    session_expired,
    too_many_waiting,
    unavailable,
    unknown_choice,
    unknown_widget,
)
from bot.errors import Overloaded
from bot.limits import Places, RateLimiter, network_of
from bot.settings import Settings
from crm_store.domain.errors import (
    BadSession,
    ConflictingWrite,
    KothaStoreError,
    SessionExpired,
    StoreUnavailable,
    TooManyWaiting,
    UnknownAttachment,
    UnknownChoice,
    UnknownConversation,
)

BEARER = "bearer "


def refusal_of(error: KothaStoreError | Overloaded) -> Refusal | None:
    """The refusal that tells a client about such an error; None for one that is a defect of ours."""
    match error:
        case BadSession() | UnknownConversation():
            return bad_session()
        case SessionExpired():
            return session_expired()
        case UnknownChoice():
            return unknown_choice()
        case UnknownAttachment():
            return unknown_attachment()
        case StoreUnavailable() | ConflictingWrite():
            return unavailable()
        case TooManyWaiting():
            return too_many_waiting()
        case Overloaded():
            return overloaded()
        case _:
            return None


@dataclass(frozen=True)
class Gate:
    """The checks in front of every web route."""

    settings: Settings
    by_identity: RateLimiter
    by_address: RateLimiter
    sockets: Places

    def check_widget(self, request: web.Request) -> str:
        """The widget's id; Refusal when it is not served, or not to the page that asks."""
        widget = request.match_info["widget"]
        if widget not in self.settings.widgets:
            raise unknown_widget()
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.settings.origins_of(widget):
            raise origin_not_allowed()
        return widget

    def check_address(self, address: str) -> None:
        """Refusal `rate_limited` when too much comes from one address."""
        _check_rate(self.by_address, address)

    def check_identity_rate(self, identity: object) -> None:
        """Refusal `rate_limited` when one customer sends too much."""
        _check_rate(self.by_identity, identity)

    def address_of(self, request: web.Request) -> str:
        """The client's address as it is counted, found back through the trusted proxies."""
        return network_of(self._address_of(request))

    def _address_of(self, request: web.Request) -> str:
        hops = self.settings.forwarded_hops
        if hops:
            # A proxy may add a line of its own instead of adding to the client's: all of them are one list.
            forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
            entries = [entry.strip() for entry in forwarded.split(",")]
            if len(entries) >= hops and entries[-hops]:
                return entries[-hops]
        return request.remote or "unknown"


def _check_rate(limiter: RateLimiter, key: object) -> None:
    if wait := limiter.wait_for(key):
        raise rate_limited(wait)


def bearer_token(request: web.Request) -> str:
    """The session token of the Authorization header (never of the URL)."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(BEARER):
        raise Refusal("bad_session", "Send the session token as `Authorization: Bearer <token>`.", status=401)
    return check_token(header[len(BEARER) :].strip())
