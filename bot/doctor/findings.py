"""What a check answers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum

from crm_store.domain.conversations import JsonObject


class Level(IntEnum):
    """How bad it is; the worst of several counts."""

    OK = 0
    WARN = 1
    FAIL = 2

    @property
    def word(self) -> str:
        """As it is shown."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `advice` says what to do; it is empty when there is nothing to do."""

    check: str
    level: Level
    message: str
    advice: str = ""

    def as_json(self) -> JsonObject:
        """For `--json`."""
        return {**asdict(self), "level": self.level.word}

    def as_line(self) -> str:
        """For people."""
        line = f"{self.level.word:<5} {self.check}: {self.message}"
        return f"{line}. {self.advice}" if self.advice else line


def ok(check: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.OK, message)


def warn(check: str, message: str, advice: str) -> Finding:
    """It works, but not for long or not for everybody."""
    return Finding(check, Level.WARN, message, advice)


def fail(check: str, message: str, advice: str) -> Finding:
    """Customers notice, or data is in danger."""
    return Finding(check, Level.FAIL, message, advice)


def worst(findings: Iterable[Finding]) -> Level:
    """The level of the whole."""
    return max((finding.level for finding in findings), default=Level.OK)
