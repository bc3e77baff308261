"""What the channel itself answers, where the assistant cannot: through the outbox, once for each message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.languages import language_of_code
from bot.channels.telegram.reading import CHANNEL, Heard
from bot.channels.wording import Wording
from bot.messages import TALK_TO_A_PERSON
from bot.phrases import LANGUAGES
from crm_store.domain.conversations import AcceptedMessage, Owner
from crm_store.domain.turns import ReplyButton
from crm_store.use_cases.conversations import read_progress
from crm_store.use_cases.customers import find_language
from crm_store.use_cases.telling import tell
from crm_store.use_cases.unit_of_work import Store

# Sentences that end with the offer of a person.
WITH_A_PERSON: Final = frozenset({"voice", "video", "other", "link_conflict"})


# What the bot says of what it cannot read, when a person has the conversation: that person sees a note of it,
# and has to be told in words what only ears and eyes could tell.
TO_A_COLLEAGUE: Final[Mapping[str, str | None]] = {
    "voice": "not_for_colleague",
    "video": "not_for_colleague",
    "other": "not_for_colleague",
    "sticker": None,
    "poll": None,
    "location": None,
    "contact": None,
}


@dataclass(frozen=True)
class Telling:
    """Says sentences of the catalogue."""

    store: Store
    wording: Wording
    forward: Callable[[str], None]
    """Tells delivery that there is something to send."""

    async def tell(self, accepted: AcceptedMessage, heard: Heard, sentence: str) -> None:
        """Answer a stored message with a sentence, in the language of the conversation."""
        attended = (await read_progress(self.store, accepted.conversation_id)).attended
        if attended.owner is Owner.AGENT:
            await self._say(accepted, heard, TO_A_COLLEAGUE.get(sentence, sentence))
        else:
            await self._say(accepted, heard, sentence)

    async def _say(self, accepted: AcceptedMessage, heard: Heard, sentence: str | None) -> None:
        if sentence is None:
            return
        known = await find_language(self.store, accepted.conversation_id)
        language = known if known in LANGUAGES else language_of_code(heard.sender.language)
        buttons: tuple[ReplyButton, ...] = ()
        if sentence in WITH_A_PERSON:
            buttons = (ReplyButton(self.wording.say("talk_to_a_person", language), TALK_TO_A_PERSON),)
        await tell(
            self.store,
            accepted.conversation_id,
            f"telegram:{accepted.id}",
            self.wording.say(sentence, language),
            language=language,
            buttons=buttons,
        )
        self.forward(CHANNEL)
