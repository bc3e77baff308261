"""The beginning of what a customer's message answers, as it is kept for agents (`agent_events.Quote`)."""

from typing import Final

from crm_store.domain.conversations import JsonObject

MAX_QUOTED: Final = 200  # to recognise it; the transcript has the whole


def reply_quote(text: str | None, *, ours: bool) -> JsonObject:
    """A quote of these words."""
    return {"kind": "reply", "ours": ours, "text": _short(text)}


def _short(text: str | None) -> str | None:
    """A command may carry the secret of a link: it is not quoted."""
    words = " ".join((text or "").split())
    if not words or words.startswith("/"):
        return None
    return words if len(words) <= MAX_QUOTED else words[: MAX_QUOTED - 1] + "…"
