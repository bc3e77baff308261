"""Bodies and queries of the console, checked by pydantic; what is wrong is named, with its field."""

import re
import unicodedata
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import ErrorDetails

from bot.channels.web.frames import LARGEST_STORED_SEQ, MAX_TEXT
from bot.channels.web.refusals import Refusal, bad_frame
from bot.console.passwords import MAX_PASSWORD, MIN_PASSWORD

MAX_NOTE = 4000
MAX_SUMMARY = 280
MAX_NAME = 120
MAX_LISTED_IDS = 50
_FORBIDDEN_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,255}")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


class Checked(BaseModel):
    """Base of all bodies: nothing unknown, nothing converted behind the caller's back."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, defer_build=True)


Given = TypeVar("Given", bound=BaseModel)


def check_given(kind: type[Given], raw: Any) -> Given:
    """The body or query as its model; Refusal `bad_frame` that names the field."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise Refusal("bad_frame", _message(first), status=400, field=_field(first)) from None


def _field(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"])


def _message(detail: ErrorDetails) -> str:
    reason = detail["msg"].removeprefix("Value error, ")
    field = _field(detail)
    return f"`{field}`: {reason}." if field else f"{reason}."


def without_controls(text: str) -> str:
    if _FORBIDDEN_CONTROLS.search(text):
        raise ValueError("must not hold control characters")
    return text


def visible(text: str) -> str:
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise ValueError("must not be empty")
    return without_controls(text)


def _address(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lower()
    if not _EMAIL.fullmatch(text):
        raise ValueError("must be an e-mail address")
    return text


def _uuid(value: object) -> object:
    """Only the canonical text: pydantic would take bytes, `urn:uuid:` and braces too."""
    if isinstance(value, UUID):
        return value
    if not (
        isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value)
    ):
        raise ValueError("must be a UUID such as 0192f0c1-aaaa-7bbb-8ccc-0123456789ab")
    return value


Id = Annotated[UUID, BeforeValidator(_uuid)]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT, strict=True), AfterValidator(visible)]
NoteText = Annotated[str, Field(min_length=1, max_length=MAX_NOTE, strict=True), AfterValidator(visible)]
Line = Annotated[str, Field(min_length=1, max_length=MAX_NAME, strict=True), AfterValidator(visible)]
Remark = Annotated[str, Field(max_length=MAX_SUMMARY, strict=True), AfterValidator(without_controls)]
Email = Annotated[str, Field(min_length=3, max_length=254, strict=True), AfterValidator(_address)]
Password = Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD, strict=True)]
NewPassword = Annotated[str, Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD, strict=True)]
OrderNumber = Annotated[str, Field(min_length=1, max_length=40, strict=True), AfterValidator(visible)]
Seq = Annotated[int, Field(ge=0, le=LARGEST_STORED_SEQ)]
Epoch = Annotated[int, Field(ge=0, le=LARGEST_STORED_SEQ, strict=True)]
Cursor = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_-]+$")]
Language = Literal["en", "bn"]


class Nothing(Checked):
    """No body, or `{}`."""


def bad_field(field: str, message: str) -> Refusal:
    """A value that only the store could judge."""
    refusal = bad_frame(f"`{field}`: {message}")
    refusal.more["field"] = field
    return refusal


class Page(Checked):
    """Where to go on."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class SearchQuery(Checked):
    """Words in either script, a number, a phone, an address."""

    q: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(visible)]
    kind: Literal["customers", "orders", "conversations"] | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class BoardQuery(Checked):
    """How many days back."""

    days: Annotated[int, Field(ge=1, le=92)] = 7


class AuditQuery(Checked):
    """Whose entries, of which kind."""

    cursor: Cursor | None = None
    agent: Id | None = None
    kind: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z_.]+$")] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class LogIn(Checked):
    """Who logs in."""

    email: Email
    password: Password


class NewStatus(Checked):
    """Whether new conversations may come."""

    status: Literal["available", "away"]


class Preferences(Checked):
    """How the console looks and sounds; what is left out stays."""

    language: Language | None = None
    theme: Literal["system", "light", "dark"] | None = None
    sound: Annotated[bool, Field(strict=True)] | None = None
    notifications: Annotated[bool, Field(strict=True)] | None = None


class ChangedPassword(Checked):
    """The old one proves that it is the agent who asks."""

    current: Password
    new: NewPassword


class NewToken(Checked):
    """An API token to be made."""

    name: Line
    scopes: Annotated[list[Literal["read", "write", "admin"]], Field(min_length=1, max_length=3)]
    expires_in_days: Annotated[int, Field(ge=1, le=366, strict=True)] | None = None
