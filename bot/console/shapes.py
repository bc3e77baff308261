"""What the console answers, as types: mypy checks who writes them, the OpenAPI document is made of them."""

from functools import cache
from typing import Any, Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

# The functional form where a key is no Python name. Ids and times are strings here: RFC 4122 and RFC 3339.


class NameObject(TypedDict):
    """A colleague, as others are told."""

    id: str
    name: str
    name_bn: str | None


class AgentObject(NameObject):
    """A colleague with what a list of colleagues shows."""

    email: str
    role: Literal["agent", "supervisor", "admin"]
    team_ids: list[str]
    languages: list[str]
    status: Literal["available", "away", "offline"]
    load: int
    max_load: int
    active: bool


class HolidayObject(TypedDict):
    """A day on which nobody is there."""

    day: str
    name: str
    name_bn: str | None


class TeamObject(NameObject):
    """A team and its hours; `hours` by weekday, "0" is Monday."""

    slug: str
    timezone: str
    hours: dict[str, list[list[str]]]
    holidays: list[HolidayObject]
    open_now: bool
    opens_at: str | None
    closes_at: str | None


class LabelObject(TypedDict):
    """A label."""

    id: str
    name: str
    name_bn: str
    colour: str


class PreferencesObject(TypedDict):
    """How the console looks and sounds."""

    language: Literal["en", "bn"]
    theme: Literal["system", "light", "dark"]
    sound: bool
    notifications: bool


class Me(TypedDict):
    """Who is logged in."""

    agent: AgentObject
    csrf: str
    permissions: list[str]
    preferences: PreferencesObject
    teams: list[TeamObject]
    server_time: str


class TokenObject(TypedDict):
    """An API token, without the token."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class NewTokenObject(TokenObject):
    """`token` is shown this once."""

    token: str


class NewAgentObject(TypedDict):
    """`initial_password` is shown this once."""

    agent: AgentObject
    initial_password: str


class BothLanguages(TypedDict):
    """A sentence in both languages of the console."""

    en: str
    bn: str


CannedTexts = TypedDict("CannedTexts", {"en": str, "bn": str | None, "bn-Latn": str | None})


class CannedReplyObject(TypedDict):
    """A reply to use again."""

    id: str
    shortcut: str
    title: str
    title_bn: str
    text: CannedTexts
    shared: bool
    mine: bool


class Rendered(TypedDict):
    """A canned reply for one customer."""

    text: str
    language: str
    missing: list[str]


class AuditEntry(TypedDict):
    """Who did or saw what."""

    at: str
    agent: NameObject | None
    kind: str
    conversation_id: str | None
    customer_id: str | None
    facts: dict[str, Any]


class AuditPage(TypedDict):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None


@with_config(extra="allow")
class ErrorDetail(TypedDict):
    """`code` for programs, `message` for people: it says what to do."""

    code: str
    message: str
    field: NotRequired[str]
    needs: NotRequired[str]
    retry_after_s: NotRequired[float]
    epoch: NotRequired[int]
    state: NotRequired[str]
    by: NotRequired[NameObject]
    assignee: NotRequired[NameObject | None]


class ErrorObject(TypedDict):
    """Every refusal."""

    error: ErrorDetail


@cache
def listed(kind: Any) -> Any:
    """`{"items": [kind]}` as a type."""
    name = f"{kind.__name__}List"
    return TypedDict(name, {"items": list[kind]})  # type: ignore[operator]
