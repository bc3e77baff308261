"""What came of the inputs: answers by kind and status, and all that must never happen."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

SHOWN: Final = 20  # failures printed; the rest are counted
# A workspace that threw us out is reported to the operators, and some inputs say just that.
MEANT: Final = frozenset({"slack.team_lost"})
BROKEN_CLOSES: Final = frozenset({1006, 1011})


@dataclass
class Judge:
    """Counts answers and keeps what is wrong with them."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def answered(self, kind: str, status: int, what: str) -> None:
        """An HTTP answer; `what` was sent."""
        self.answers[kind, str(status)] += 1
        if status >= 500:
            self.wrong.append(f"{kind} {status}: {what}")

    def closed(self, kind: str, code: int | None, what: str) -> None:
        """A socket went; None: it went on."""
        self.answers[kind, "went on" if code is None else f"closed {code}"] += 1
        if code in BROKEN_CLOSES:
            self.wrong.append(f"{kind} closed {code}: {what}")

    def read_log(self, log: io.StringIO) -> None:
        """Every line: no defect, no traceback."""
        self.wrong += [f"log: {line}" for line in log.getvalue().splitlines() if is_bad(line)]

    def lines(self) -> Iterator[str]:
        """The report."""
        for (kind, status), count in sorted(self.answers.items()):
            yield f"{kind:<22} {status:<14} {count:>7}"
        yield f"{'all':<22} {'':<14} {self.answers.total():>7}"
        yield from self.wrong[:SHOWN]
        yield f"{len(self.wrong)} wrong"


def is_bad(line: str) -> bool:
    """Whether a line of the log tells of a defect."""
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        return True  # the log is JSON, so a line that is not is somebody's traceback
    if entry.get("event") in MEANT:
        return False
    return "at" in entry or entry.get("level") in ("error", "critical")
