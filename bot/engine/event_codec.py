"""Events of the dialogue in few bytes, and back.

Only what policies, forms and actions read of past turns is written: no rankings, no feature data, no tokens,
no policy metadata. Every event becomes `{"e": <Rasa's name of the event>, …}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.utils.common import all_subclasses

Json = Any  # what JSON can hold
JsonObject = dict[str, Json]

KEPT_TEXT = (
    400  # characters of an earlier message: what a person needs to recognise it; policies use the intent
)
KEPT_ENTITIES = 20  # of one message; a wall of numbers must not push the dialogue out of its state
ENTITY_KEYS = ("entity", "value", "role", "group")
BOT_KEYS = ("buttons",)  # cards are large, and nothing reads them again

# Rasa looks the class up among all subclasses for every single event (`Event.resolve_by_type`).
EVENT_CLASSES: dict[str, type[Event]] = {event.type_name: event for event in all_subclasses(Event)}


def event_from_wire(parameters: JsonObject) -> Event:
    """An event as the action server sends it. ValueError: no event has this name, or it lacks its parts."""
    event_class = EVENT_CLASSES.get(parameters.get("event", ""))
    if event_class is None:
        raise ValueError(f"unknown event {parameters.get('event')!r}")
    event = event_class._from_parameters(parameters)
    if event is None:
        raise ValueError(f"incomplete event {parameters['event']!r}")
    return event


def pack(event: Event) -> JsonObject:
    """The event as a small JSON object."""
    packer = _PACKERS.get(type(event))
    return packer(event) if packer else _pack_other(event)


def unpack(packed: JsonObject, at: float) -> Event:
    """The event of `pack`, with the time `at`. KeyError, TypeError, ValueError: it is no such object."""
    name = packed["e"]
    unpacker = _UNPACKERS.get(name)
    event = unpacker(packed) if unpacker else event_from_wire({**packed, "event": name})
    event.timestamp = at
    return event


def _pack_user(event: UserUttered) -> JsonObject:
    packed: JsonObject = {"e": "user", "t": (event.text or "")[:KEPT_TEXT], "i": event.intent_name}
    packed["c"] = round(event.intent.get("confidence") or 0.0, 3)
    if event.entities:
        packed["n"] = [
            {key: entity[key] for key in ENTITY_KEYS if entity.get(key) is not None}
            for entity in event.entities[:KEPT_ENTITIES]
        ]
    if event.use_text_for_featurization is not None:
        packed["f"] = event.use_text_for_featurization
    if event.message_id:
        packed["m"] = event.message_id
    return packed


def _unpack_user(packed: JsonObject) -> UserUttered:
    entities = [{**entity} for entity in packed.get("n", ())]
    message = packed.get("m")
    if any("entity" not in entity for entity in entities):
        raise ValueError("an entity without a name")
    return UserUttered(
        _text(packed["t"]),
        {"name": packed["i"], "confidence": packed["c"]},
        entities,
        message_id=message,
        metadata={"message_id": message} if message else None,
        use_text_for_featurization=packed.get("f"),
    )


def _pack_action(event: ActionExecuted) -> JsonObject:
    packed: JsonObject = {"e": "action", "a": event.action_name}
    if event.action_text:
        packed["t"] = event.action_text
    if event.hide_rule_turn:
        packed["h"] = True
    return packed


def _unpack_action(packed: JsonObject) -> ActionExecuted:
    return ActionExecuted(packed["a"], action_text=packed.get("t"), hide_rule_turn=packed.get("h", False))


def _pack_slot(event: SlotSet) -> JsonObject:
    return {"e": "slot", "k": event.key, "v": event.value}


def _unpack_slot(packed: JsonObject) -> SlotSet:
    return SlotSet(_text(packed["k"]), packed["v"])


def _pack_bot(event: BotUttered) -> JsonObject:
    packed: JsonObject = {"e": "bot", "t": event.text, "r": event.metadata.get("utter_action")}
    packed.update({key: event.data[key] for key in BOT_KEYS if event.data.get(key)})
    return packed


def _unpack_bot(packed: JsonObject) -> BotUttered:
    data = {key: packed[key] for key in BOT_KEYS if key in packed}
    return BotUttered(packed["t"], data, {"utter_action": packed["r"]} if packed["r"] else None)


def _pack_other(event: Event) -> JsonObject:
    packed = {"e": event.type_name, **event.as_dict()}
    for dropped in ("event", "timestamp", "metadata"):
        packed.pop(dropped, None)
    return packed


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


_PACKERS: dict[type[Event], Callable[[Any], JsonObject]] = {
    UserUttered: _pack_user,
    ActionExecuted: _pack_action,
    SlotSet: _pack_slot,
    BotUttered: _pack_bot,
    ActiveLoop: lambda event: {"e": "active_loop", "n": event.name},
    LoopInterrupted: lambda event: {"e": "loop_interrupted", "i": event.is_interrupted},
    ActionExecutionRejected: lambda event: {"e": "action_execution_rejected", "a": event.action_name},
}
_UNPACKERS: dict[str, Callable[[JsonObject], Event]] = {
    "user": _unpack_user,
    "action": _unpack_action,
    "slot": _unpack_slot,
    "bot": _unpack_bot,
    "active_loop": lambda packed: ActiveLoop(packed["n"]),
    "loop_interrupted": lambda packed: LoopInterrupted(bool(packed["i"])),
    "action_execution_rejected": lambda packed: ActionExecutionRejected(packed["a"]),
}
