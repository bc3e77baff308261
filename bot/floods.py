"""Too much from one person of a platform.

Platforms are not refused, they would only send it again: it is kept for people to read, the bot does not
answer it, and the person is told so, once for the whole flood.
"""

from collections.abc import Hashable
from typing import Final

from bot.channels.wording import Wording
from bot.limits import Rate, RateLimiter
from crm_store.domain.received import Notice, Sender

# A notice for each message of a flood would be a flood of our own.
TOLD: Final = Rate(per_minute=0.5, burst=1)


class Floods:
    """Who writes too much, and what they are told."""

    def __init__(self, rate: Rate, wording: Wording) -> None:
        self._messages = RateLimiter(rate)
        self._told = RateLimiter(TOLD)
        self._wording = wording

    def is_flooding(self, sender: Sender) -> bool:
        """Whether the next message of theirs is one too many."""
        return not self._messages.has_token(_key(sender))

    def count(self, sender: Sender) -> None:
        """A message of theirs was stored; its copies cost nothing."""
        self._messages.wait_for(_key(sender))

    def notice(self, sender: Sender, sentence: str) -> tuple[Notice, ...]:
        """What they are told; nothing when they were told a moment ago, or a person has the conversation."""
        if self._told.wait_for((sentence, _key(sender))):
            return ()
        texts = {language: said[sentence] for language, said in self._wording.sentences.items()}
        return (Notice(sentence, texts, attended={}),)


def _key(sender: Sender) -> Hashable:
    return sender.channel, sender.account, sender.source_id
