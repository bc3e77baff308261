"""What the bot says to a message of files alone: it cannot look at them, a person can."""

from bot.phrases import Phrases, language_to_answer_in
from crm_store.domain.turns import TurnClaim, TurnResult


def answer_to_files(claim: TurnClaim, phrases: Phrases) -> TurnResult | None:
    """The honest sentence, with the dialogue left where it is; None for a message that says something."""
    if claim.message.text is not None or claim.message.choice is not None:
        return None
    language = language_to_answer_in(None, claim.facts.language)
    if claim.facts.handoff_pending:
        reply = phrases.say("file_kept_for_colleague", language)
    else:
        reply = phrases.offer_a_person("file_not_seen", language)
    return TurnResult((reply,), claim.state, understanding=None, actions=(), language=claim.facts.language)
