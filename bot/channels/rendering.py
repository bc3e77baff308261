"""Our messages on platforms that can do less: cards become lines, buttons numbers, files their names.

Pure, and shared by all channels: each asks for what its platform cannot show itself. A typed number is the
click (`Received.picks`), so the numbers here are the buttons' places.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.channels.cards import read_card
from bot.channels.port import Capabilities
from bot.channels.splitting import split_text
from bot.channels.wording import Wording, load_wording
from crm_store.domain.conversations import JsonObject, StoredButton
from crm_store.domain.outbox import OutboxItem

CATALOGUE: Final = "channels"
_BENGALI_DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


class PlainText:
    """Writes a message for a platform with these capabilities."""

    def __init__(self, capabilities: Capabilities, wording: Wording | None = None) -> None:
        self._can = capabilities
        self._wording = wording or load_wording(CATALOGUE)

    def pieces(self, item: OutboxItem) -> list[str]:
        """All that the platform cannot show itself, as texts it takes; none when nothing is left."""
        return split_text(self.text(item), self._can.text_limit, self._can.text_unit)

    def text(self, item: OutboxItem) -> str:
        """The whole text, however long."""
        return "\n\n".join(block for block in self._blocks(item) if block)

    def _blocks(self, item: OutboxItem) -> Iterator[str]:
        yield (item.text or "").strip()
        if not self._can.cards:
            for view in read_card(item.card, item.language):
                yield "\n".join(view.lines)
            if (item.card or {}).get("type") == "connect":
                yield self._wording.say("connect_on_website", item.language)
        if not self._can.files_out:
            yield "\n".join(self._file(one, item.language) for one in item.attachments)
        if not self._can.buttons and item.buttons:
            yield self._numbered(item.buttons, item.language)

    def _file(self, attachment: JsonObject, language: str | None) -> str:
        return self._wording.say("file", language).format(name=attachment["name"])

    def _numbered(self, buttons: Sequence[StoredButton], language: str | None) -> str:
        lines = [f"{_written(place, language)}. {button.title}" for place, button in enumerate(buttons, 1)]
        return "\n".join([*lines, self._wording.say("reply_with_number", language)])


def _written(number: int, language: str | None) -> str:
    return str(number).translate(_BENGALI_DIGITS) if language == "bn" else str(number)
