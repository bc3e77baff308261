"""What came of something a message asked for, told through the outbox, once for each message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.languages import language_of_code
from bot.channels.telegram.reading import CHANNEL, Heard
from bot.channels.wording import Wording
from bot.messages import TALK_TO_A_PERSON
from bot.phrases import LANGUAGES
from crm_store.domain.conversations import AcceptedMessage
from crm_store.domain.turns import ReplyButton
from crm_store.use_cases.customers import find_language
from crm_store.use_cases.telling import tell
from crm_store.use_cases.unit_of_work import Store

# Sentences that end with the offer of a person.
WITH_A_PERSON: Final = frozenset({"link_conflict"})


@dataclass(frozen=True)
class Telling:
    """Says sentences of the catalogue."""

    store: Store
    wording: Wording
    forward: Callable[[str], None]
    """Tells delivery that there is something to send."""

    async def tell(self, accepted: AcceptedMessage, heard: Heard, sentence: str) -> None:
        """Answer a stored message with a sentence, in the language of the conversation."""
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
