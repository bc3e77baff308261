"""The transcript as it stands in a thread: events and notes become a few messages. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bot.channels.slack.cards import card_text
from bot.channels.slack.markup import escape, within
from bot.channels.wording import Wording
from crm_store.domain.agent_events import AgentEvent
from crm_store.domain.conversations import Author, JsonObject
from crm_store.domain.notes import Note

METADATA_EVENT: Final = "kotha_thread"
MAX_LINE: Final = 2400  # characters of one event; the console has the rest
MAX_EXTRA: Final = 500  # of its buttons, or of its files' names
MAX_POST: Final = 3800  # what several may share: one call instead of many (SL8); a text has 4,000 (SL9)


@dataclass(frozen=True, slots=True)
class Post:
    """One message of the thread. It brings the transcript up to `seq`, or is a note of the console."""

    text: str
    seq: int
    message_id: UUID | None = None
    note_id: UUID | None = None

    def metadata(self, thread_id: UUID) -> JsonObject:
        """What Slack keeps beside it, so that after a crash it is found and not posted again."""
        payload: JsonObject = {"thread": str(thread_id), "seq": self.seq}
        if self.message_id is not None:
            payload["message"] = str(self.message_id)
        if self.note_id is not None:
            payload["note"] = str(self.note_id)
        return {"event_type": METADATA_EVENT, "event_payload": payload}


def card_metadata(thread_id: UUID) -> JsonObject:
    """The same for the card."""
    return {"event_type": METADATA_EVENT, "event_payload": {"thread": str(thread_id), "card": True}}


@dataclass(frozen=True)
class LineWriter:
    """Writes events in a team's language. `typed_here` begins the ids of what agents typed in the thread."""

    wording: Wording
    language: str
    customer: str
    typed_here: str
    address: str
    """Where the console has the conversation."""

    def posts(self, events: Sequence[AgentEvent], notes: Iterable[Note]) -> list[Post]:
        """The messages to post, in order. What agents sent or corrected stands alone, for its mark."""
        posts: list[Post] = []
        waiting = list(notes)
        for event in events:
            while waiting and waiting[0].after_seq < event.seq:
                posts.append(self._note(waiting.pop(0)))
            posts.append(self._event(event))
        posts += [self._note(note) for note in waiting]
        return list(_joined(posts))

    def _event(self, event: AgentEvent) -> Post:
        if event.suppressed or (event.client_msg_id or "").startswith(self.typed_here):
            return Post("", event.seq)
        # A correction is followed too: whoever made it must see that the old words still stand there.
        followed = event.id if event.author == Author.AGENT else None
        return Post(self._line(event), event.seq, message_id=followed)

    def _line(self, event: AgentEvent) -> str:
        words = event.text or card_text(event.card, self.language)
        if event.deleted_at is not None:
            words = f"({self._say('deleted')})"
        shown = within(words, MAX_LINE, rest=self._say("in_console"))
        changed = f" ({self._say('edited')})" if event.replaces and not event.deleted_at else ""
        line = f"*{escape(self._who(event))}*{changed}: {shown}"
        if event.buttons:
            line += "  " + within(" ".join(f"[{button.title}]" for button in event.buttons), MAX_EXTRA)
        if event.attachments:
            names = ", ".join(str(each.get("name", "")) for each in event.attachments)
            shown_names = f"<{self.address}|{within(names, MAX_EXTRA)}>"
            line += "\n:paperclip: " + escape(self._say("files")).replace("{names}", shown_names)
        return line

    def _who(self, event: AgentEvent) -> str:
        match event.author:
            case Author.CUSTOMER:
                return self.customer
            case Author.AGENT if event.agent is not None:
                return event.agent.in_language(self.language)
            case Author.SYSTEM:
                return self._say("who_system")
            case _:
                return self._say("who_bot")

    def _note(self, note: Note) -> Post:
        by = escape(self._say("note_by").format(agent=note.agent.in_language(self.language)))
        words = within(note.text, MAX_LINE, rest=self._say("in_console"))
        return Post(f":lock: *{by}*: {words}", 0, note_id=note.id)

    def _say(self, name: str) -> str:
        return self.wording.say(name, self.language)


def _joined(posts: Iterable[Post]) -> Iterator[Post]:
    """Neighbours share a message while they fit; a note or an agent's message stands alone."""
    held: Post | None = None
    for post in posts:
        alone = post.message_id is not None or post.note_id is not None
        if held is not None and not alone and len(held.text) + len(post.text) < MAX_POST:
            held = Post("\n".join(filter(None, (held.text, post.text))), post.seq)
            continue
        if held is not None:
            yield held
        held = None if alone else post
        if alone:
            yield post
    if held is not None:
        yield held
