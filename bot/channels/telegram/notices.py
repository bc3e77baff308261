"""What the channel itself answers a message, stored together with it: said once or not at all (G1, G6)."""

from collections.abc import Mapping
from typing import Final

from bot.channels.wording import Wording
from bot.messages import TALK_TO_A_PERSON
from crm_store.domain.received import Notice
from crm_store.domain.turns import ReplyButton

# Sentences that end with the offer of a person.
WITH_A_PERSON: Final = frozenset({"voice", "video", "other"})
# What is said in their place while a person has the conversation (None: nothing): that person sees a note of
# it, and has to be told in words what only ears and eyes could tell.
TO_A_COLLEAGUE: Final[Mapping[str, str | None]] = {
    "voice": "not_for_colleague",
    "video": "not_for_colleague",
    "other": "not_for_colleague",
    "sticker": None,
    "poll": None,
    "location": None,
    "contact": None,
}


def notice_of(wording: Wording, sentence: str) -> Notice:
    """A sentence of the catalogue, in all languages."""
    return Notice(
        sentence,
        _everywhere(wording, sentence),
        _person_buttons(wording) if sentence in WITH_A_PERSON else {},
        attended=_for_colleague(wording, sentence),
    )


def _for_colleague(wording: Wording, sentence: str) -> Mapping[str, str] | None:
    if sentence not in TO_A_COLLEAGUE:
        return None
    instead = TO_A_COLLEAGUE[sentence]
    return _everywhere(wording, instead) if instead is not None else {}


def _everywhere(wording: Wording, sentence: str) -> dict[str, str]:
    return {language: sentences[sentence] for language, sentences in wording.sentences.items()}


def _person_buttons(wording: Wording) -> dict[str, tuple[ReplyButton, ...]]:
    titles = _everywhere(wording, "talk_to_a_person")
    return {language: (ReplyButton(title, TALK_TO_A_PERSON),) for language, title in titles.items()}
