"""What people do in the fake Slack; every deed becomes what Slack would send the app."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.ledger import Json
from tests.fakes.slack import payloads
from tests.fakes.slack.courier import Answer, Letter
from tests.fakes.slack.text import typed
from tests.fakes.slack.world import Channel, File, Member, Message, Team

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack


@dataclass
class Trigger:
    """The right to open one modal, for three seconds."""

    user: str
    at: float
    used: bool = False


@dataclass
class Hook:
    """A response address: five answers within half an hour."""

    message: Message | None
    channel: Channel
    user: Member
    at: float
    uses: int = 0


@dataclass
class Heard:
    """What a click, a command or a modal was answered; `shown` is what the person sees of it."""

    answer: Answer
    shown: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Whether the app answered in three seconds."""
        return self.answer.good


class NoSuchElement(LookupError):
    """The message or modal has no such button, menu or field: look at `message.elements`."""


@dataclass
class Person:
    """A member at their computer. Where no channel is named, the direct message with the bot is meant."""

    member: Member
    slack: FakeSlack

    @property
    def team(self) -> Team:
        """Their workspace."""
        return self.member.team

    @property
    def id(self) -> str:
        """Their id."""
        return self.member.id

    @property
    def direct(self) -> Channel:
        """The direct message with the bot."""
        return self.team.direct(self.member)

    @property
    def heard(self) -> list[str]:
        """The texts the bot wrote to this person directly."""
        return self.direct.texts

    @property
    def modal(self) -> Json | None:
        """The modal that stands open."""
        return self.slack.modals.get(self.id)

    def whispers(self, channel: Channel | None = None) -> list[Message]:
        """What only this person sees in a channel."""
        place = channel or self.direct
        return [message for message in place.ephemerals if message.only_for == self.id]

    async def says(
        self,
        text: str,
        channel: Channel | None = None,
        *,
        thread: Message | str | None = None,
        files: list[File] | None = None,
    ) -> Message:
        """Write a text; `@kotha` and other names, links and addresses become what Slack makes of them."""
        kept, blocks = typed(text, self.team)
        place = channel or self.direct
        root = thread.thread or thread.ts if isinstance(thread, Message) else thread
        ts = self.team.next_ts()
        message = Message(ts, place, self.member, kept, blocks if text else [], root, files=files or [])
        message.subtype = "file_share" if files else None
        message.details["client_msg_id"] = payloads.new_uuid()
        if root in place.messages:
            message.details["parent_user_id"] = place.messages[root].author.id
        place.messages[ts] = message
        self.slack.tell_message(self.team, message)
        return message

    async def sends_file(
        self,
        content: bytes,
        name: str = "photo.png",
        mime_type: str = "image/png",
        text: str = "",
        channel: Channel | None = None,
    ) -> Message:
        """Share a file; the app needs its token to fetch it."""
        file = File(self.team.next_id("F"), name, mime_type, content, self.id)
        self.team.files[file.id] = file
        return await self.says(text, channel, files=[file])

    async def edits(self, message: Message, text: str) -> Message:
        """Change an own message."""
        before = message.as_json(self.slack.url)
        message.text, message.blocks = typed(text, self.team)
        message.edited = {"user": self.id, "ts": self.team.next_ts()}
        self.slack.tell_change(self.team, message, before)
        return message

    async def deletes(self, message: Message) -> None:
        """Take an own message back."""
        message.deleted = True
        self.slack.tell_deletion(self.team, message)

    async def reacts(self, message: Message, name: str) -> None:
        """React with an emoji."""
        users = message.reactions.setdefault(name, [])
        if self.id not in users:
            users.append(self.id)
            self.slack.tell_reaction(self.team, "reaction_added", self.member, message, name)

    async def takes_back(self, message: Message, name: str) -> None:
        """Take a reaction back."""
        users = message.reactions.get(name, [])
        if self.id in users:
            users.remove(self.id)
            self.slack.tell_reaction(self.team, "reaction_removed", self.member, message, name)

    async def joins(self, channel: Channel) -> None:
        """Go into a channel."""
        channel.members[self.id] = self.member
        text = f"<@{self.id}> has joined the channel"
        message = Message(self.team.next_ts(), channel, self.member, text, subtype="channel_join")
        channel.messages[message.ts] = message
        self.slack.tell_message(self.team, message)

    async def clicks(self, message: Message, button: str, *, block: str | None = None) -> Heard:
        """Press the button with this label, action id or value, in that block when several have it."""
        for element in message.elements:
            if block in {None, element["block_id"]} and button in {
                payloads.label(element),
                element["action_id"],
                element.get("value"),
            }:
                return await self.does(message, payloads.pressed(element))
        raise NoSuchElement(f"{button!r} is none of {[payloads.label(one) for one in message.elements]}")

    async def chooses(self, message: Message, option: str) -> Heard:
        """Choose this label or value in whichever menu has it."""
        for element in message.elements:
            for one in element.get("options", []):
                if option in {one["text"]["text"], one["value"]}:
                    return await self.does(message, payloads.pressed(element, selected_option=one))
        raise NoSuchElement(f"no menu of the message has {option!r}")

    async def does(self, message: Message, action: Json) -> Heard:
        """Send any action, also one the message never had: clients can be made to lie."""
        hook = self.slack.new_hook(message.channel, self.member, message)
        payload = payloads.block_actions(self, message, action, self.slack.url)
        payload |= {"trigger_id": self.slack.new_trigger(self.id), "response_url": hook}
        return await self._ask(Letter(payloads.new_uuid(), "interactivity", payload))

    async def submits(self, values: dict[str, str] | None = None) -> Heard:
        """Fill in the open modal by action id or label, and send it."""
        view = self.modal
        if view is None:
            raise NoSuchElement("no modal is open")
        state = payloads.filled_in(view, values or {})
        payload = payloads.view_event(self, "view_submission", {**view, "state": {"values": state}})
        payload |= {"trigger_id": self.slack.new_trigger(self.id)}
        heard = await self._ask(Letter(payloads.new_uuid(), "interactivity", payload))
        self._after_submitting(view, heard)
        return heard

    async def closes_modal(self) -> Heard | None:
        """Close the open modal; the app hears of it only when the view asks for it."""
        view = self.slack.modals.pop(self.id, None)
        if view is None or not view.get("notify_on_close"):
            return None
        return await self._ask(
            Letter(
                payloads.new_uuid(),
                "interactivity",
                payloads.view_event(self, "view_closed", view) | {"is_cleared": False},
            )
        )

    async def commands(self, command: str, text: str = "", channel: Channel | None = None) -> Heard:
        """Use a slash command; what it is answered only this person sees, unless it is for the channel."""
        place = channel or self.direct
        fields = payloads.command(self, place, command, text)
        fields |= {"trigger_id": self.slack.new_trigger(self.id)}
        fields["response_url"] = self.slack.new_hook(place, self.member)
        heard = await self._ask(Letter(payloads.new_uuid(), "commands", fields))
        answer = _parsed(heard.answer.body)
        if heard.taken and answer:
            self.slack.show_answer(place, self.member, answer)
            heard.shown = str(answer.get("text", ""))
        return heard

    async def opens_home(self) -> None:
        """Open the app's messages tab."""
        event = {"type": "app_home_opened", "user": self.id, "channel": self.direct.id, "tab": "messages"}
        self.slack.tell(self.team, {**event, "event_ts": self.team.next_ts()})

    async def hears(
        self, count: int = 1, *, within: float = 30.0, channel: Channel | None = None
    ) -> list[str]:
        """Wait (real seconds) until the bot has written so many messages; all of them."""
        place = channel or self.direct
        async with asyncio.timeout(within):
            while len(place.sent_by_bot) < count:
                await self.slack.news()
        return place.texts

    async def _ask(self, letter: Letter) -> Heard:
        """A click or a command is tried once; what fails is shown as a warning."""
        answer = await self.slack.courier.attempt(letter)
        self.slack.touch()
        return Heard(answer, "" if answer.good else "operation_timeout")

    def _after_submitting(self, view: Json, heard: Heard) -> None:
        if not heard.taken:
            return
        answer = _parsed(heard.answer.body)
        what = answer.get("response_action")
        if what == "errors":
            heard.errors = dict(answer.get("errors", {}))
        elif what in {"update", "push"}:
            number = view["id"] if what == "update" else None
            self.slack.modals[self.id] = self.slack.keep_view(self.team, answer["view"], number=number)
        else:
            self.slack.modals.pop(self.id, None)


def _parsed(body: bytes) -> dict[str, Any]:
    """The answer of a command or modal: JSON, plain text or nothing."""
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
    return parsed if isinstance(parsed, dict) else {}
