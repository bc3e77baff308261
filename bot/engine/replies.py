"""What the bot uttered, as the replies of the contract."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from rasa.shared.core.events import BotUttered

logger = logging.getLogger(__name__)

Json = Any  # what JSON can hold

_PAYLOAD = re.compile(r"/(?P<intent>[^{@\s]+)(?:@[0-9.]+)?\s*(?P<entities>\{.*\})?", re.DOTALL)


def replies_of(utterances: list[BotUttered]) -> list[dict[str, Json]]:
    """The replies in order; an utterance with neither text, buttons nor card is none."""
    replies = [_reply(utterance) for utterance in utterances]
    return [reply for reply in replies if reply["text"] or reply["buttons"] or reply["card"]]


def choice_of(payload: Json) -> dict[str, Json] | None:
    """`/intent{"entity": "value"}` as a choice; None for anything else."""
    found = _PAYLOAD.fullmatch(payload.strip()) if isinstance(payload, str) else None
    if found is None:
        return None
    try:
        entities = json.loads(found["entities"] or "{}")
    except (ValueError, RecursionError):
        return None
    return {"intent": found["intent"], "entities": entities}


def _reply(utterance: BotUttered) -> dict[str, Json]:
    custom = utterance.data.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    response = utterance.metadata.get("utter_action")
    return {
        "text": utterance.text or None,
        "response": response,
        "buttons": _buttons(utterance.data.get("buttons") or [], response),
        "card": custom.get("card"),
        **({"because": custom["because"]} if custom.get("because") else {}),
    }


def _buttons(buttons: list[Json], response: str | None) -> list[dict[str, Json]]:
    offered = []
    for button in buttons:
        choice = choice_of(button.get("payload")) if isinstance(button, dict) else None
        if choice is None or not button.get("title"):
            # Whatever the customer would click on could not be understood.
            logger.warning("button_dropped", extra={"response": response})
            continue
        offered.append({"title": str(button["title"]), "choice": choice})
    return offered
