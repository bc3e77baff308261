"""How the Bot API says no.

ApiError
├── bad_request   400
├── forbidden     403
├── conflict      409
└── too_many      429
"""

from __future__ import annotations

from tests.fakes.ledger import Json


class ApiError(Exception):
    """The call was refused; the description is for the bot's author to read."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(why: str, parameters: Json | None = None) -> ApiError:
    """What was asked cannot be done."""
    return ApiError(400, f"Bad Request: {why}", parameters)


def forbidden(why: str) -> ApiError:
    """The bot may not."""
    return ApiError(403, f"Forbidden: {why}")


def conflict(why: str) -> ApiError:
    """Two ways of getting updates at once."""
    return ApiError(409, f"Conflict: {why}")


def too_many(retry_after: int) -> ApiError:
    """Slow down (TG7)."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
