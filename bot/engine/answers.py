"""Responses from the domain, chosen and filled in.

Changes three things of Rasa 3.6.21's TemplatedNaturalLanguageGenerator: the choice among
equal variations is reproducible (a turn that is sent again says the same), JSON braces in a button's payload
are not taken for placeholders (Rasa raises, logs the customer's text and gives up filling), and nothing is
deep-copied but what is changed.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Callable
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

FILLED_KEYS = ("text", "image", "custom", "buttons", "attachment", "quick_replies")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^\n{}\"]+?)\}")
_NAMES_ONLY = re.compile(r"\{([^\n{}\"]+?)\}")

Json = Any  # what JSON can hold


class KothaResponses(TemplatedNaturalLanguageGenerator):
    """Chooses a response's variation by the slots, then fills its placeholders."""

    def __init__(self, responses: dict[str, list[dict[str, Json]]]) -> None:
        super().__init__(responses)
        self._filter = ResponseVariationFilter(responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Json
    ) -> dict[str, Json] | None:
        """The filled-in response, or None when the domain has none that suits the slots."""
        slots = tracker.current_slot_values()
        variation = self._choose(utter_action, tracker, output_channel, slots)
        if variation is None:
            logger.warning("response_missing", extra={"response": utter_action})
            return None
        values = {**slots, **kwargs}
        return {key: fill(value, values) if key in FILLED_KEYS else value for key, value in variation.items()}

    def _choose(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, slots: dict[str, Json]
    ) -> dict[str, Json] | None:
        if utter_action not in self.responses:
            return None
        suitable = self._filter.responses_for_utter_action(utter_action, output_channel, slots)
        if len(suitable) < 2:
            return suitable[0] if suitable else None
        message = tracker.latest_message.message_id if tracker.latest_message else None
        return suitable[zlib.crc32(f"{message}/{utter_action}".encode()) % len(suitable)]


def fill(value: Json, values: dict[str, Json]) -> Json:
    """`value` with every `{name}` in its texts replaced; a fresh object wherever something can change."""
    if isinstance(value, str):
        return _fill_payload(value, values) if value.startswith("/") else _fill_text(value, values)
    if isinstance(value, dict):
        return {key: fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    return value


def _fill_text(text: str, values: dict[str, Json]) -> str:
    return _PLACEHOLDER.sub(lambda found: _filled(found, values, str), text)


def _fill_payload(payload: str, values: dict[str, Json]) -> str:
    """`/intent{...}`: the braces around the entities are JSON's, written once or (Rasa's way) twice."""
    pattern = _PLACEHOLDER if "{{" in payload else _NAMES_ONLY
    return pattern.sub(lambda found: _filled(found, values, _inside_json_string), payload)


def _filled(found: re.Match[str], values: dict[str, Json], written: Callable[[Json], str]) -> str:
    if found.group() in ("{{", "}}"):
        return found.group()[0]
    name = found.group(1)
    if name not in values:
        logger.warning("placeholder_unknown", extra={"placeholder": name})
        return found.group()
    return written(values[name])


def _inside_json_string(value: Json) -> str:
    return json.dumps(str(value), ensure_ascii=False)[1:-1]
