"""Bodies about colleagues, teams, labels and canned replies."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from bot.console.bodies import MAX_LISTED_IDS, Checked, Email, Id, Language, Line, Text

Colour = Literal["red", "orange", "yellow", "green", "teal", "blue", "violet", "grey"]
Role = Literal["agent", "supervisor", "admin"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", strict=True)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", strict=True)]


class NewAgent(Checked):
    """A colleague; the first password is made and answered once."""

    email: Email
    name: Line
    name_bn: Line
    role: Role
    team_ids: Annotated[tuple[Id, ...], Field(max_length=MAX_LISTED_IDS)] = ()
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)] = ("en", "bn")
    max_load: Annotated[int, Field(ge=1, le=50, strict=True)] = 6


class ChangedAgent(Checked):
    """What is left out stays."""

    name: Line | None = None
    name_bn: Line | None = None
    role: Role | None = None
    team_ids: Annotated[list[Id], Field(max_length=MAX_LISTED_IDS)] | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)] | None = None
    max_load: Annotated[int, Field(ge=1, le=50, strict=True)] | None = None
    active: Annotated[bool, Field(strict=True)] | None = None


class Holiday(Checked):
    """A day on which nobody is there."""

    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", strict=True)]
    name: Line
    name_bn: Line


Hours = dict[
    Literal["0", "1", "2", "3", "4", "5", "6"], Annotated[list[tuple[Clock, Clock]], Field(max_length=4)]
]


class NewTeam(Checked):
    """People who answer together, with their hours."""

    slug: Slug
    name: Line
    name_bn: Line
    timezone: Annotated[str, Field(min_length=1, max_length=64, strict=True)] = "Asia/Dhaka"
    hours: Hours = Field(default_factory=dict)
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=100)] = ()


class ChangedTeam(Checked):
    """What is left out stays."""

    name: Line | None = None
    name_bn: Line | None = None
    timezone: Annotated[str, Field(min_length=1, max_length=64, strict=True)] | None = None
    hours: Hours | None = None
    holidays: Annotated[list[Holiday], Field(max_length=100)] | None = None


class NewLabel(Checked):
    """A label for conversations."""

    name: Line
    name_bn: Line
    colour: Colour


class ChangedLabel(Checked):
    """What is left out stays."""

    name: Line | None = None
    name_bn: Line | None = None
    colour: Colour | None = None


class Wording(Checked):
    """A canned reply's text; English always, the others when somebody wrote them."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, populate_by_name=True)

    en: Text
    bn: Text | None = None
    bn_latn: Annotated[Text | None, Field(alias="bn-Latn")] = None


class NewCannedReply(Checked):
    """A reply to use again; `shared` ones need `canned_replies.write`."""

    shortcut: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", strict=True)]
    title: Line
    title_bn: Line
    text: Wording
    shared: Annotated[bool, Field(strict=True)] = False


class ChangedCannedReply(Checked):
    """What is left out stays."""

    shortcut: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", strict=True)] | None = None
    title: Line | None = None
    title_bn: Line | None = None
    text: Wording | None = None
    shared: Annotated[bool, Field(strict=True)] | None = None


class RenderFor(Checked):
    """For whom."""

    conversation: Id
