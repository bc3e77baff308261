"""What agents write: messages to the customer, their corrections, and notes for colleagues."""

from dataclasses import dataclass
from typing import Any

from bot.console.bodies import Nothing
from bot.console.calls import Answer, Call
from bot.console.conversation_bodies import EditedMessage, NewMessage, NoteBody
from bot.console.conversation_shapes import EditObject, EventEdited, EventSent, NoteAnswer
from bot.console.permissions import Permission
from bot.console.plain import plain
from bot.console.routing import Route
from bot.console.shapes import listed
from bot.console.talks import Talks
from crm_store.domain.notes import Note
from crm_store.use_cases.agent_messages import edit_agent_message, list_edits, send_agent_message
from crm_store.use_cases.notes import add_note, edit_note
from crm_store.use_cases.unit_of_work import Store


@dataclass(frozen=True)
class Messages:
    """Handlers of what agents write."""

    store: Store
    talks: Talks

    def routes(self) -> list[Route]:
        """What is served."""
        write = Permission.CONVERSATIONS_WRITE
        at = "/conversations/{conversation}"
        return [
            Route(
                "POST",
                f"{at}/messages",
                write,
                self.send,
                "Write to the customer, once for each client_msg_id",
                takes=NewMessage,
                gives=EventSent,
                status=201,
                also=(200,),
                refuses=("not_yours", "unknown_attachment"),
            ),
            Route(
                "PATCH",
                f"{at}/messages/{{message}}",
                write,
                self.edit,
                "Correct one's own message, for a quarter of an hour",
                takes=EditedMessage,
                gives=EventEdited,
                refuses=("not_yours", "too_late_to_edit"),
            ),
            Route(
                "GET",
                f"{at}/messages/{{message}}/edits",
                Permission.CONVERSATIONS_READ,
                self.edits,
                "The earlier wordings, oldest first",
                gives=listed(EditObject),
            ),
            Route(
                "POST",
                f"{at}/notes",
                write,
                self.add_note,
                "A note for colleagues",
                takes=NoteBody,
                gives=NoteAnswer,
                status=201,
            ),
            Route(
                "PATCH",
                f"{at}/notes/{{note}}",
                write,
                self.edit_note,
                "Correct one's own note",
                takes=NoteBody,
                gives=NoteAnswer,
            ),
        ]

    async def send(self, call: Call[NewMessage]) -> Answer:
        """A repeat answers what the first one did."""
        given, conversation_id = call.given, call.id("conversation")
        sent = await send_agent_message(
            self.store,
            conversation_id,
            agent_id=call.who.id,
            client_msg_id=str(given.client_msg_id),
            text=given.text,
            attachments=tuple(dict.fromkeys(given.attachments)),
        )
        if not sent.duplicate:
            await self.talks.announce(conversation_id)
        event = await self.talks.event(conversation_id, sent.event.id)
        status = 200 if sent.duplicate else 201
        return Answer({"event": event, "duplicate": sent.duplicate}, status)

    async def edit(self, call: Call[EditedMessage]) -> Answer:
        """A new event, which stands in the old one's place."""
        conversation_id = call.id("conversation")
        event = await edit_agent_message(
            self.store, conversation_id, call.id("message"), agent_id=call.who.id, text=call.given.text
        )
        await self.talks.announce(conversation_id)
        return Answer({"event": await self.talks.event(conversation_id, event.id)})

    async def edits(self, call: Call[Nothing]) -> Answer:
        """None for a message that was never corrected."""
        conversation_id = call.id("conversation")
        found = await list_edits(self.store, conversation_id, call.id("message"))
        await self.talks.saw(call.who, conversation_id)
        items = [{"text": one.text, "at": plain(one.at), "agent": plain(one.agent)} for one in found]
        return Answer({"items": items})

    async def add_note(self, call: Call[NoteBody]) -> Answer:
        """It stands under the newest event."""
        conversation_id = call.id("conversation")
        note = await add_note(self.store, conversation_id, agent_id=call.who.id, text=call.given.text)
        return self._noted(call, note, status=201)

    async def edit_note(self, call: Call[NoteBody]) -> Answer:
        """It says since when it is another."""
        conversation_id = call.id("conversation")
        note = await edit_note(
            self.store, conversation_id, call.id("note"), agent_id=call.who.id, text=call.given.text
        )
        return self._noted(call, note, status=200)

    def _noted(self, call: Call[NoteBody], note: Note, status: int) -> Answer:
        frame = note_frame(note)
        self.talks.desk.tell_watchers(note.conversation_id, frame)
        return Answer({"note": frame["note"]}, status)


def note_frame(note: Note) -> dict[str, Any]:
    """A note as consoles that look at its conversation are told of it."""
    written = {name: value for name, value in plain(note).items() if name != "conversation_id"}
    return {"type": "note", "conversation": str(note.conversation_id), "note": written}
