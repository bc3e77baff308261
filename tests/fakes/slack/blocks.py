"""Block Kit, checked as Slack does (SL9). Wrong blocks are refused as a whole with `invalid_blocks`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tests.fakes.ledger import Json
from tests.fakes.slack.errors import SlackError

MOST_BLOCKS = 50
MOST_BLOCKS_OF_A_VIEW = 100
MOST_ID = 255
LENGTHS = {
    "section text": 3_000,
    "field": 2_000,
    "header": 150,
    "button": 75,
    "value": 2_000,
    "option": 75,
    "option value": 150,
    "address": 3_000,
    "alt": 2_000,
    "label": 2_000,
    "placeholder": 150,
    "title": 24,
}
MOST = {"fields": 10, "actions": 25, "context": 10, "options": 100, "overflow": 5}
MENUS = {"static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes"}
PICKERS = {"users_select", "conversations_select", "channels_select", "datepicker", "timepicker"}
INPUTS = {"plain_text_input", "email_text_input", "number_input", "url_text_input"}


class Checker:
    """Collects what is wrong with a list of blocks."""

    def __init__(self, *, in_view: bool = False) -> None:
        self._in_view = in_view
        self._complaints: list[str] = []
        self._numbers = count(1)
        self._seen: set[str] = set()

    def check(self, blocks: Any) -> list[Json]:
        """The blocks as they are kept, ids filled in; SlackError when anything is wrong."""
        most = MOST_BLOCKS_OF_A_VIEW if self._in_view else MOST_BLOCKS
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        if len(blocks) > most:
            self._complain("/blocks", f"no more than {most} items allowed")
        kept = [self._block(block, f"/blocks/{at}") for at, block in enumerate(blocks)]
        if self._complaints:
            raise SlackError("invalid_blocks", messages=self._complaints)
        return kept

    def _complain(self, where: str, what: str) -> None:
        self._complaints.append(f"[ERROR] {what} [json-pointer:{where}]")

    def _block(self, block: Any, at: str) -> Json:
        kinds: dict[str, Callable[[Json, str], None]] = {
            "section": self._section,
            "header": self._header,
            "divider": lambda _block, _at: None,
            "context": self._context,
            "actions": self._actions,
            "image": self._image,
            "input": self._input,
            "rich_text": lambda _block, _at: None,
            "markdown": lambda _block, _at: None,
        }
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in kinds:
            self._complain(at, f"unsupported type: {kind}")
            return {"type": "divider"}
        kept: Json = {**block, "block_id": block.get("block_id") or f"b{next(self._numbers)}"}
        self._id(kept["block_id"], f"{at}/block_id", "block_id")
        kinds[str(kind)](kept, at)
        return kept

    def _id(self, value: Any, at: str, kind: str) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= MOST_ID:
            self._complain(at, f"must be 1-{MOST_ID} characters")
        elif kind == "block_id" and value in self._seen:
            self._complain(at, f"{kind} already exists: {value}")
        self._seen.add(str(value))

    def _text(self, text: Any, at: str, what: str, *, plain: bool = False) -> None:
        if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
            self._complain(at, "missing or wrong text object")
        elif plain and text["type"] != "plain_text":
            self._complain(f"{at}/type", "must be plain_text")
        elif not isinstance(text.get("text"), str) or not text["text"]:
            self._complain(f"{at}/text", "must be more than 0 characters")
        elif len(text["text"]) > LENGTHS[what]:
            self._complain(f"{at}/text", f"must be less than {LENGTHS[what] + 1} characters")

    def _length(self, value: Any, at: str, what: str) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= LENGTHS[what]:
            self._complain(at, f"must be 1-{LENGTHS[what]} characters")

    def _few(self, items: Any, at: str, what: str) -> list[Json]:
        if not isinstance(items, list) or not 0 < len(items) <= MOST[what]:
            self._complain(at, f"must be 1-{MOST[what]} items")
            return []
        return [item for item in items if isinstance(item, dict)]

    def _section(self, block: Json, at: str) -> None:
        if "text" not in block and "fields" not in block:
            self._complain(at, "missing required field: text")
        if "text" in block:
            self._text(block["text"], f"{at}/text", "section text")
        if "fields" in block:
            for number, field in enumerate(self._few(block["fields"], f"{at}/fields", "fields")):
                self._text(field, f"{at}/fields/{number}", "field")
        if block.get("accessory"):
            block["accessory"] = self._element(block["accessory"], f"{at}/accessory")

    def _header(self, block: Json, at: str) -> None:
        self._text(block.get("text"), f"{at}/text", "header", plain=True)

    def _context(self, block: Json, at: str) -> None:
        for number, element in enumerate(self._few(block.get("elements"), f"{at}/elements", "context")):
            where = f"{at}/elements/{number}"
            if element.get("type") == "image":
                self._image(element, where)
            else:
                self._text(element, where, "section text")

    def _actions(self, block: Json, at: str) -> None:
        elements = self._few(block.get("elements"), f"{at}/elements", "actions")
        kept = [self._element(one, f"{at}/elements/{number}") for number, one in enumerate(elements)]
        block["elements"] = kept
        names = [element.get("action_id") for element in kept]
        if len(set(names)) < len(names):
            self._complain(at, "`action_id` of each element in a block must be unique")

    def _image(self, block: Json, at: str) -> None:
        self._length(block.get("alt_text"), f"{at}/alt_text", "alt")
        if "slack_file" not in block:
            self._length(block.get("image_url"), f"{at}/image_url", "address")
            if not str(block.get("image_url", "")).startswith(("http://", "https://")):
                self._complain(f"{at}/image_url", "invalid url")

    def _input(self, block: Json, at: str) -> None:
        self._text(block.get("label"), f"{at}/label", "label", plain=True)
        if not isinstance(block.get("element"), dict):
            self._complain(f"{at}/element", "missing required field: element")
        else:
            block["element"] = self._element(block["element"], f"{at}/element")

    def _element(self, element: Json, at: str) -> Json:
        kind = element.get("type")
        if kind == "image":
            self._image(element, at)
            return element
        kept = {**element, "action_id": element.get("action_id") or f"a{next(self._numbers)}"}
        self._id(kept["action_id"], f"{at}/action_id", "action_id")
        if kind == "button":
            self._button(kept, at)
        elif kind in MENUS:
            self._menu(kept, at)
        elif kind not in PICKERS | INPUTS:
            self._complain(at, f"unsupported element: {kind}")
        return kept

    def _button(self, button: Json, at: str) -> None:
        self._text(button.get("text"), f"{at}/text", "button", plain=True)
        if "value" in button:
            self._length(button["value"], f"{at}/value", "value")
        if "url" in button:
            self._length(button["url"], f"{at}/url", "address")
        if button.get("style", "primary") not in {"primary", "danger"}:
            self._complain(f"{at}/style", "must be primary or danger")

    def _menu(self, menu: Json, at: str) -> None:
        most = "overflow" if menu["type"] == "overflow" else "options"
        groups = menu.get("option_groups")
        options = [one for group in groups for one in group["options"]] if groups else menu.get("options")
        for number, option in enumerate(self._few(options, f"{at}/options", most)):
            self._text(option.get("text"), f"{at}/options/{number}/text", "option")
            self._length(option.get("value"), f"{at}/options/{number}/value", "option value")


def check_view(view: Any) -> Json:
    """A modal or home tab as it is kept."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: type"])
    blocks = Checker(in_view=True).check(view.get("blocks"))
    if view["type"] == "modal":
        _check_modal(view, blocks)
    if len(str(view.get("private_metadata", ""))) > LENGTHS["address"]:
        raise SlackError("invalid_arguments", messages=["[ERROR] private_metadata is too long"])
    return {**view, "blocks": blocks}


def _check_modal(view: Json, blocks: list[Json]) -> None:
    title = view.get("title") or {}
    if title.get("type") != "plain_text" or not 0 < len(str(title.get("text", ""))) <= LENGTHS["title"]:
        raise SlackError(
            "invalid_arguments", messages=["[ERROR] title must be 1-24 characters of plain_text"]
        )
    if any(block["type"] == "input" for block in blocks) and not view.get("submit"):
        raise SlackError("invalid_arguments", messages=["[ERROR] a view with inputs needs a submit"])
