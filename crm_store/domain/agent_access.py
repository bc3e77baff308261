"""How agents get in: sessions of browsers, tokens of programs, and how long a guesser has to wait."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.agents import Agent

# A shift and a bit: who comes back the next morning logs in again.
AGENT_SESSION_LIFETIME: Final = timedelta(hours=12)
# How exact "last used" is kept: a write per request would cost more than it tells.
USE_NOTED_EVERY: Final = timedelta(minutes=1)
API_TOKEN_PREFIX: Final = "kotha_"  # noqa: S105  makes a token that leaked easy to recognise by scanners
_TOKEN_BYTES: Final = 32


class AttemptKind(StrEnum):
    """What attempts to log in are counted by."""

    PAIR = "pair"
    """One account from one address: a person who mistypes, or a simple guesser."""
    ACCOUNT = "account"
    """One account from anywhere: guessing spread over many addresses."""
    ADDRESS = "address"
    """One address for any account: trying a leaked list."""


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """`free` attempts in a row, then a pause that doubles with every further one."""

    free: int
    first_pause: timedelta
    longest_pause: timedelta


ATTEMPT_LIMITS: Final = {
    AttemptKind.PAIR: AttemptLimit(5, timedelta(seconds=5), timedelta(minutes=15)),
    # Loose and short: nobody may lock a colleague out by guessing on purpose. 12 characters bear this rate.
    AttemptKind.ACCOUNT: AttemptLimit(50, timedelta(seconds=2), timedelta(seconds=30)),
    # An office behind one address logs in at nine o'clock.
    AttemptKind.ADDRESS: AttemptLimit(60, timedelta(seconds=5), timedelta(minutes=15)),
}
# After an hour without an attempt the counting starts anew.
ATTEMPTS_FORGOTTEN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts without a success, as they are kept."""

    count: int
    last_at: datetime
    blocked_until: datetime | None


def seconds_blocked(attempts: Attempts | None, now: datetime) -> float:
    """How long nobody may try again; 0.0 when somebody may."""
    if attempts is None or attempts.blocked_until is None:
        return 0.0
    return max(0.0, (attempts.blocked_until - now).total_seconds())


def one_more(attempts: Attempts | None, kind: AttemptKind, now: datetime) -> Attempts:
    """The count after another attempt; counted before the password is looked at, cleared by a success."""
    limit = ATTEMPT_LIMITS[kind]
    forgotten = attempts is None or now - attempts.last_at > ATTEMPTS_FORGOTTEN_AFTER
    count = 1 if attempts is None or forgotten else attempts.count + 1
    beyond = count - limit.free
    if beyond < 0:
        return Attempts(count, now, None)
    pause = min(limit.longest_pause, limit.first_pause * 2 ** min(beyond, 20))
    return Attempts(count, now, now + pause)


def attempt_key(kind: AttemptKind, email: str, address: str) -> bytes:
    """What the attempts are kept under: no address and no e-mail stands in the table."""
    parts = {
        AttemptKind.PAIR: (email, address),
        AttemptKind.ACCOUNT: (email,),
        AttemptKind.ADDRESS: (address,),
    }[kind]
    return hashlib.sha256("\0".join((kind.value, *parts)).encode(errors="surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against."""

    agent_id: UUID
    password_hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class OpenedAgentSession:
    """A new session; `token` is the cookie and known to the browser alone."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AgentSession:
    """A session as the store knows it. `agent` comes without teams, load and presence."""

    agent: Agent
    csrf: str
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """An API token as the store knows it. `agent` comes without teams, load and presence."""

    id: UUID
    agent: Agent
    scopes: tuple[str, ...]
    last_used_at: datetime | None


def new_session_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_api_token() -> str:
    return API_TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
