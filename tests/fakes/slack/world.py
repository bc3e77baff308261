"""What the fake Slack knows: workspaces with their members, channels, messages and files."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.clock import Clock
from tests.fakes.ledger import Json

Kind = Literal["channel", "group", "im"]
Installed = Literal["yes", "uninstalled", "revoked"]
_MICROSECONDS = 1_000_000


@dataclass
class Member:
    """A person or a bot of a workspace."""

    id: str
    team: Team
    name: str
    real_name: str
    email: str | None = None
    is_bot: bool = False
    bot_id: str | None = None
    locale: str = "en-US"
    presence: str = "active"

    def as_json(self) -> Json:
        """As users.info shows it."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team.id}
        if self.email is not None:
            profile["email"] = self.email
        if self.bot_id is not None:
            profile["bot_id"] = self.bot_id
        flags = {"is_bot": self.is_bot, "deleted": False, "is_admin": False, "is_app_user": False}
        zone = {"tz": "Asia/Dhaka", "tz_label": "Bangladesh Standard Time", "tz_offset": 21_600}
        names = {"id": self.id, "team_id": self.team.id, "name": self.name, "real_name": self.real_name}
        return {**names, "profile": profile, "locale": self.locale, **flags, **zone}


@dataclass
class File:
    """Bytes somebody shared."""

    id: str
    name: str
    mime_type: str
    content: bytes
    owner: str
    title: str = ""
    complete: bool = True

    def as_json(self, base: str) -> Json:
        """As messages show it; downloads need the bot's token."""
        address = f"{base}/files-pri/{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mime_type,
            "filetype": self.name.rpartition(".")[2],
            "size": len(self.content),
            "user": self.owner,
            "mode": "hosted",
            "is_external": False,
            "url_private": address,
            "url_private_download": address,
        }


@dataclass
class Message:
    """One message, known by its `ts`."""

    ts: str
    channel: Channel
    author: Member
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread: str | None = None
    subtype: str | None = None
    files: list[File] = field(default_factory=list)
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    deleted: bool = False
    details: Json = field(default_factory=dict)
    only_for: str | None = None
    """The one person who sees it, when it is ephemeral."""

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return self.author.is_bot

    @property
    def elements(self) -> list[Json]:
        """Its buttons and menus, with the block they stand in."""
        found: list[Json] = []
        for block in self.blocks:
            inside = [*block.get("elements", []), block.get("accessory") or {}]
            found += [{**one, "block_id": block["block_id"]} for one in inside if "action_id" in one]
        return found

    def as_json(self, base: str, *, with_metadata: bool = True) -> Json:
        """As events and histories show it."""
        team = self.author.team
        shown: Json = {"type": "message", "user": self.author.id, "text": self.text, "ts": self.ts}
        shown |= {"team": team.id, **self.details}
        if self.author.bot_id is not None:
            profile = {"id": self.author.bot_id, "app_id": team.app_id, "name": self.author.name}
            shown |= {"bot_id": self.author.bot_id, "app_id": team.app_id}
            shown["bot_profile"] = {**profile, "team_id": team.id, "deleted": False, "updated": 0}
        optional = {
            "subtype": self.subtype,
            "blocks": self.blocks,
            "thread_ts": self.thread or (self.ts if self.replies else None),
            "files": [file.as_json(base) for file in self.files],
            "metadata": self.metadata if with_metadata else None,
            "edited": self.edited,
            "reactions": [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ],
            "reply_count": len(self.replies),
        }
        return shown | {name: value for name, value in optional.items() if value}

    @property
    def replies(self) -> list[Message]:
        """The answers in the thread that begins here."""
        return [one for one in self.channel.messages.values() if one.thread == self.ts and not one.deleted]


@dataclass
class Channel:
    """A public or private channel, or a direct message."""

    id: str
    name: str
    kind: Kind
    members: dict[str, Member] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    is_archived: bool = False
    is_ext_shared: bool = False

    @property
    def sent_by_bot(self) -> list[Message]:
        """What the bot wrote and did not delete, in order."""
        return [message for message in self.messages.values() if message.from_bot and not message.deleted]

    @property
    def texts(self) -> list[str]:
        """The texts the bot wrote, in order."""
        return [message.text for message in self.sent_by_bot]

    @property
    def last(self) -> Message:
        """What the bot wrote last."""
        return self.sent_by_bot[-1]

    def as_json(self) -> Json:
        """As conversations.info shows it."""
        kinds = {f"is_{kind}": self.kind == kind for kind in ("channel", "group", "im")}
        shown: Json = {"id": self.id, **kinds, "is_private": self.kind != "channel", "is_mpim": False}
        shared = {
            "is_ext_shared": self.is_ext_shared,
            "is_shared": self.is_ext_shared,
            "is_org_shared": False,
        }
        if self.kind == "im":
            people = [member.id for member in self.members.values() if not member.is_bot]
            return {**shown, **shared, "user": people[0], "is_open": True}
        return {**shown, **shared, "name": self.name, "is_archived": self.is_archived, "is_member": True}


@dataclass
class Team:
    """A workspace that has the app."""

    id: str
    name: str
    app_id: str
    clock: Clock
    token: str
    scopes: frozenset[str] | None = None
    """What the bot may do; None: everything."""
    installed: Installed = "yes"
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _last: int = 0

    @property
    def bot(self) -> Member:
        """The app's own member."""
        return next(member for member in self.members.values() if member.is_bot)

    @property
    def domain(self) -> str:
        """The word in its addresses."""
        return self.name.lower().replace(" ", "-")

    def next_id(self, letter: str) -> str:
        """An id such as U000000001 that belongs to this team alone."""
        return f"{letter}{self.id[1:4]}{next(self._numbers):06d}"

    def next_ts(self) -> str:
        """A time stamp no other message of the team has."""
        self._last = max(self._last + 1, int(self.clock.now() * _MICROSECONDS))
        return f"{self._last // _MICROSECONDS}.{self._last % _MICROSECONDS:06d}"

    def add_member(self, name: str, **details: str | None) -> Member:
        """A new person."""
        member = Member(self.next_id("U"), self, name, details.pop("real_name", None) or name)
        for field_name, value in details.items():
            setattr(member, field_name, value)
        self.members[member.id] = member
        return member

    def add_channel(self, name: str, members: list[Member], *, private: bool = False) -> Channel:
        """A new channel."""
        number, kind = self.next_id("C"), "group" if private else "channel"
        channel = Channel(number, name, kind, {member.id: member for member in members})  # type: ignore[arg-type]  # one of both
        self.channels[channel.id] = channel
        return channel

    def direct(self, member: Member) -> Channel:
        """The direct message of this person and the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and member.id in channel.members:
                return channel
        both = {member.id: member, self.bot.id: self.bot}
        channel = Channel(self.next_id("D"), "", "im", both)
        self.channels[channel.id] = channel
        return channel
