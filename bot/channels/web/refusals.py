"""What a web client is told when it asks for something it cannot have."""

from typing import Any

STORE_RETRY_SECONDS = 2.0  # a store that hiccups is back by then; a probe a second finds out
QUEUE_RETRY_SECONDS = 5.0  # a turn takes well below a second, so by then there is room again
SOCKET_RETRY_SECONDS = 30.0  # sockets live long
OVERLOAD_RETRY_SECONDS = 15.0  # a backlog of minutes is not gone in seconds


class Refusal(Exception):
    """A specific no: `code` for programs, `message` for people, which says what to do."""

    def __init__(self, code: str, message: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.more = more

    def as_error(self) -> dict[str, Any]:
        """The fields of an HTTP error and of an `error` frame."""
        return {"code": self.code, "message": self.message, **self.more}


def bad_frame(message: str) -> Refusal:
    """The body or frame does not have the contract's shape."""
    return Refusal("bad_frame", message)


def bad_session() -> Refusal:
    """The token is not (any more) one of ours."""
    return Refusal(
        "bad_session",
        "This session is unknown or was replaced. Open a new one with POST sessions.",
        status=401,
    )


def session_expired() -> Refusal:
    """The session ran out."""
    return Refusal(
        "session_expired", "This session has expired. Open a new one with POST sessions.", status=401
    )


def unknown_choice() -> Refusal:
    """The button is not one of this conversation's."""
    return Refusal("unknown_choice", "This button is not one of this conversation. Write the answer instead.")


def unknown_widget() -> Refusal:
    """No widget of that id is served here."""
    return Refusal(
        "unknown_widget", "No such widget. Check data-widget and KOTHA_ALLOWED_ORIGINS.", status=404
    )


def origin_not_allowed() -> Refusal:
    """The page that asks is not on the widget's list."""
    return Refusal(
        "origin_not_allowed", "This site may not use the widget. Add it to KOTHA_ALLOWED_ORIGINS.", status=403
    )


def unavailable() -> Refusal:
    """The store is down; nothing was accepted."""
    return Refusal(
        "unavailable",
        "The service cannot store anything now. Nothing was accepted; send it again.",
        status=503,
        retry_after_s=STORE_RETRY_SECONDS,
    )


def overloaded() -> Refusal:
    """Too many customers wait already; nothing was accepted."""
    return Refusal(
        "overloaded",
        "Too many customers are waiting. Nothing was accepted;"
        f" send it again in {OVERLOAD_RETRY_SECONDS:.0f} s.",
        status=503,
        retry_after_s=OVERLOAD_RETRY_SECONDS,
    )


def too_many_waiting() -> Refusal:
    """The conversation's queue is full; nothing was accepted."""
    return Refusal(
        "too_many_waiting",
        "Your earlier messages are still being answered. Nothing was accepted; send it again in "
        f"{QUEUE_RETRY_SECONDS:.0f} s.",
        status=429,
        retry_after_s=QUEUE_RETRY_SECONDS,
    )


def too_many_sockets() -> Refusal:
    """So many of this address are open; HTTP goes on."""
    return Refusal(
        "rate_limited",
        "Too many sockets are open from your address."
        f" Use HTTP, and try again in {SOCKET_RETRY_SECONDS:.0f} s.",
        status=429,
        retry_after_s=SOCKET_RETRY_SECONDS,
    )


def rate_limited(wait_seconds: float) -> Refusal:
    """Too many; says when to come back (seconds, rounded up to tenths)."""
    wait = max(0.1, round(wait_seconds + 0.05, 1))
    return Refusal(
        "rate_limited", f"Too many messages. Try again in {wait} s.", status=429, retry_after_s=wait
    )
