"""How the Web API says no: HTTP 200 with `ok: false`, but for the rate limit."""

from __future__ import annotations

from tests.fakes.ledger import Json


class SlackError(Exception):
    """The call was refused; `error` is the word the documents list for it."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **details: str) -> None:
        super().__init__(error)
        self.error = error
        self.details: Json = dict(details)
        if messages:
            self.details["response_metadata"] = {"messages": messages}

    def as_json(self) -> Json:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.details}


class TooFast(SlackError):
    """429: wait `retry_after` seconds (SL8)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
