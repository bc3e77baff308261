"""The windows in which agents write: made and read here, nothing is done. Pure."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bot.channels.slack.agents.card import ACTION
from bot.channels.wording import Wording
from crm_store.domain.conversations import JsonObject
from crm_store.domain.handling import HandBackOutcome, ResolveReason

MAX_MESSAGE: Final = 4000  # as in the console; a field takes no more than 3,000 characters anyway
MAX_FIELD: Final = 3000
MAX_SUMMARY: Final = 280
MAX_NOTE: Final = 280
VALUE: Final = "value"  # every block has one element, of this action id
MODALS: Final = frozenset({"reply", "note", "hand_back", "resolve"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A window that was sent off: which one, of which thread, and what was filled in by block."""

    kind: str
    thread_id: UUID
    view_id: str
    values: dict[str, str]


@dataclass(frozen=True)
class Modals:
    """Makes windows in an agent's language."""

    wording: Wording

    def make(self, kind: str, thread_id: UUID, language: str) -> JsonObject:
        """The window of a button."""

        def say(name: str) -> str:
            return self.wording.say(name, language)

        fields = {
            "reply": lambda: [_text("text", say("reply_label"), MAX_FIELD)],
            "note": lambda: [_text("text", say("note_label"), MAX_FIELD)],
            "hand_back": lambda: [
                _choice("outcome", say("outcome_label"), _options(HandBackOutcome, "outcome", say)),
                _text("summary", say("summary_label"), MAX_SUMMARY, optional=True),
                _choice("resume", say("resume_label"), _yes_no(say)),
            ],
            "resolve": lambda: [
                _choice("reason", say("reason_label"), _options(ResolveReason, "resolve", say)),
                _text("note", say("resolve_note"), MAX_NOTE, optional=True),
                _choice("rating", say("rating_label"), _yes_no(say)),
            ],
        }[kind]()
        send = "do_send" if kind == "reply" else "do_save"
        return {
            "type": "modal",
            "callback_id": f"{ACTION}:{kind}",
            "private_metadata": str(thread_id),
            "title": _plain(say(f"{kind}_title")),
            "submit": _plain(say(send)),
            "close": _plain(say("do_cancel")),
            "blocks": fields,
        }


def read_filled(payload: JsonObject) -> Filled | None:
    """What an agent sent off; None for anything that is not one of these windows."""
    view = payload.get("view")
    if payload.get("type") != "view_submission" or not isinstance(view, dict):
        return None
    prefix, _, kind = str(view.get("callback_id", "")).partition(":")
    if prefix != ACTION or kind not in MODALS:
        return None
    try:
        thread_id = UUID(str(view.get("private_metadata", "")))
    except ValueError:
        return None
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return Filled(kind, thread_id, str(view.get("id", "")), _values(values))


def errors(block: str, text: str) -> JsonObject:
    """The answer that keeps a window open and says what is wrong."""
    return {"response_action": "errors", "errors": {block: text}}


def first_block(kind: str) -> str:
    """Where what is wrong with the whole is said."""
    return {"reply": "text", "note": "text", "hand_back": "outcome", "resolve": "reason"}[kind]


def _values(state: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for block, elements in state.items() if isinstance(state, dict) else ():
        element = elements.get(VALUE) if isinstance(elements, dict) else None
        if not isinstance(element, dict):
            continue
        option = element.get("selected_option")
        value = option.get("value") if isinstance(option, dict) else element.get("value")
        if isinstance(value, str):
            found[str(block)] = value
    return found


def _text(block: str, label: str, limit: int, *, optional: bool = False) -> JsonObject:
    element = {"type": "plain_text_input", "action_id": VALUE, "multiline": True, "max_length": limit}
    return {
        "type": "input",
        "block_id": block,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }


def _choice(block: str, label: str, options: list[JsonObject]) -> JsonObject:
    element = {
        "type": "static_select",
        "action_id": VALUE,
        "options": options,
        "initial_option": options[0],
    }
    return {"type": "input", "block_id": block, "label": _plain(label), "element": element}


def _options(words: Any, name: str, say: Any) -> list[JsonObject]:
    return [_option(say(f"{name}_{word.value}"), word.value) for word in words]


def _yes_no(say: Any) -> list[JsonObject]:
    return [_option(say("yes"), "yes"), _option(say("no"), "no")]


def _option(text: str, value: str) -> JsonObject:
    return {"text": _plain(text), "value": value}


def _plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text, "emoji": False}
