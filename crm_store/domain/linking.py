"""Connecting a person's account on another channel to the customer they are on the website (G5)."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from crm_store.domain.channels import ChannelAccount
from crm_store.domain.identities import CustomerName, Proof

LINK_LIFETIME: Final = timedelta(minutes=15)
# Short enough to type, so it lives shorter and wrong ones are counted.
CODE_LIFETIME: Final = timedelta(minutes=10)
LINK_BYTES: Final = 32
# No letter or digit that is taken for another one when it is read out: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
CODE_ALPHABET: Final = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH: Final = (
    8  # 36 bits: with the guesses below, a stranger needs some hundred million years of one account
)
MAX_GUESSES: Final = 6
GUESSES_FORGOTTEN: Final = timedelta(minutes=30)
_NOT_IN_A_CODE: Final = re.compile(r"[\s\-_.]+")
_CODE: Final = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")


# What is typed where a link cannot be opened.
LINK_COMMANDS: Final = {"slack": "/kotha link {code}"}
LINK_COMMAND: Final = "/link {code}"


# Where an account's address takes the secret of a link.
LINKS_SECRET: Final = "{token}"  # noqa: S105  a placeholder, no secret


# The kind of card under the question whether to connect; `offer` is the link's id.
CONFIRM_LINK: Final = "confirm_link"


class LinkKind(StrEnum):
    """How the customer carries it to the other channel."""

    LINK = "link"
    CODE = "code"


class LinkedBy(StrEnum):
    """Who connected an account, or took the connection away."""

    LINK = "link"  # the customer, with a one-time link
    CODE = "code"  # the customer, with a one-time code
    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """A one-time link and code, told to nobody but the customer; the store keeps their hashes."""

    token: str
    token_expires_at: datetime
    code: str
    code_expires_at: datetime


@dataclass(frozen=True, slots=True)
class WayIn:
    """How a bot or workspace of ours is connected: a link to open, if it has one, and what else to type."""

    account: ChannelAccount
    url: str | None
    command: str


@dataclass(frozen=True, slots=True)
class Linked:
    """`already`: it was this customer's before. `origin` is the conversation the link was asked for in."""

    customer_id: UUID
    identity_id: UUID
    already: bool
    origin: UUID | None
    name: CustomerName


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """Whoever opened a link is asked about it; `linked` when they were connected before."""

    offer_id: UUID
    linked: Linked | None = None


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account of a customer on a channel, as they and agents see it."""

    identity_id: UUID
    channel: str
    account: str
    source_id: str
    proof: Proof
    linked_at: datetime | None
    shown: str | None = None
    """What they call themselves there."""


def shown_account(username: str | None, display_name: str | None) -> str | None:
    """What somebody is called on a platform: "@rahima", else the name they show."""
    if not username:
        return display_name
    return username if username.startswith("@") else f"@{username}"


@dataclass(frozen=True, slots=True)
class Disconnected:
    """An account that is nobody's any more; `is_this_chat`: the one the customer asked it on."""

    channel: str
    is_this_chat: bool


def link_command(channel: str, code: str) -> str:
    """What to type on `channel` to connect with a code."""
    return LINK_COMMANDS.get(channel, LINK_COMMAND).format(code=code)


def way_in(account: ChannelAccount, offer: LinkOffer) -> WayIn:
    """The way into `account` with this offer's secrets: for the customer's eyes alone, and never stored."""
    url = account.connect_url.replace(LINKS_SECRET, offer.token) if account.connect_url else None
    return WayIn(account, url, link_command(account.channel, offer.code))


def new_link_token() -> str:
    """256 random bits in the characters a Telegram start parameter may have (64 at most)."""
    return secrets.token_urlsafe(LINK_BYTES)


def new_code() -> str:
    """A code as it is shown: "7H3K-9QDX"."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def read_code(written: str) -> str | None:
    """The code in what somebody typed, without its hyphen; None when it cannot be one."""
    code = _NOT_IN_A_CODE.sub("", written).upper()
    return code if _CODE.fullmatch(code) else None


def proof_of(kind: LinkKind) -> Proof:
    """What the account is proven by from now on."""
    return Proof.SIGNED if kind is LinkKind.LINK else Proof.CODE
