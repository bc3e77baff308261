"""What a message may have meant: offered in the customer's words, picked by button or in words.

What is picked is taken up with the original words and entities, as if it had been understood at once.
"""

import json
from typing import Any, Final

from actions.choices import choose_by_position
from actions.labels import find_label
from actions.turn import Button, Event, Turn

OFFER: Final = "meanings"  # the slot `offer` while the two meanings are what "yes" or "the first" is about
SLOT: Final = "offered_meanings"  # {"text", "entities", "intents"}
MEANINGS_OFFERED: Final = 2

# Guesses that would help nobody as a button. A person has a button of its own.
NEVER_OFFERED: Final = frozenset(
    {
        "nlu_fallback",
        "affirm",
        "deny",
        "thank",
        "greet",
        "goodbye",
        "stop_dialogue",
        "ask_why",
        "change_language",
    }
    | {"correct", "go_back", "confused", "repeat", "pick_option", "inform", "opt_out_personalisation"}
    | {
        "praise",
        "insult",
        "ask_how_are_you",
        "ask_if_bot",
        "contact_human_agent",
        "out_of_scope",
        "ask_other_topic",
    }
)


def likely_meanings(turn: Turn) -> list[str]:
    """The intents that the message most likely has, of those that have words to offer them in."""
    likely = [name for name in turn.intent_ranking if name not in NEVER_OFFERED]
    return [name for name in likely if find_label(turn.language, f"meaning.{name}")][:MEANINGS_OFFERED]


def offer_meanings(turn: Turn, response: str) -> bool:
    """Say `response` with a button for each likely meaning and for a person; False when nothing is likely."""
    intents = likely_meanings(turn)
    if not intents:
        return False
    entities = [_kept(found) for found in turn.all_entities]
    turn.set(**{SLOT: {"text": turn.text, "entities": entities, "intents": intents}})
    turn.offer(OFFER)
    turn.say(response, buttons=[*_buttons(turn, intents, entities), _person(turn)])
    return True


def offer_again(turn: Turn, response: str) -> None:
    """The same meanings once more: the answer did not say which."""
    offered = turn.slot(SLOT)
    turn.offer(OFFER)
    turn.say(response, buttons=[*_buttons(turn, offered["intents"], offered["entities"]), _person(turn)])


def are_offered(turn: Turn) -> bool:
    """Whether the last reply asked which of some meanings was right."""
    return turn.slot("offer") == OFFER and bool(turn.slot(SLOT))


def picked_meaning(turn: Turn) -> str | None:
    """The meaning that the message picks: by position, or by agreeing to the only one."""
    if not are_offered(turn):
        return None
    intents: list[str] = turn.slot(SLOT)["intents"]
    for option in turn.entities("option"):
        chosen = choose_by_position(option, intents, None)
        if chosen:
            return chosen
    return intents[0] if turn.intent == "affirm" and len(intents) == 1 else None


def take_up(turn: Turn, intent: str) -> None:
    """Go on as if the original message had been understood as `intent`."""
    offered = turn.slot(SLOT)
    turn.clear(["offer", SLOT, "misunderstood"])
    turn.restate(intent, offered["text"], offered["entities"])


def _buttons(turn: Turn, intents: list[str], entities: list[Event]) -> list[Button]:
    values = {found["entity"]: found["value"] for found in reversed(entities)}
    payload = json.dumps(values, ensure_ascii=False) if values else ""
    number = values.get("order_number")
    about = f" ({number})" if number else ""
    return [
        {"title": turn.words(f"meaning.{intent}") + about, "payload": f"/{intent}{payload}"}
        for intent in intents
    ]


def _kept(found: Event) -> dict[str, Any]:
    return {"entity": found["entity"], "value": found["value"]}


def _person(turn: Turn) -> Button:
    return turn.button("button.person", "/contact_human_agent")
