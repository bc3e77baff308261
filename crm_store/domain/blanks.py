"""White space as patterns may meet it: one character at a time.

Patterns that allow white space here and there look at each blank of a long run from all the others: a message
of blanks kept a processor busy for minutes. What customers write goes through here before it meets such
patterns.
"""

import re
from typing import Final

_RUN: Final = re.compile(r"\s+")


def single_blanks(text: str) -> str:
    """Each run of white space as one blank, or as one new line when it has any."""
    return _RUN.sub(_one, text)


def _one(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "
