"""`python -m bot.settings_reference` prints the gateway's table of docs/configuration.md."""

import sys
from collections.abc import Iterator

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import WEB_FOLDER, Settings

HEADINGS = ("setting", "default", "meaning")


def settings_table() -> str:
    """A Markdown table of every setting, in the order of the class."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *_rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows() -> Iterator[tuple[str, ...]]:
    for name, field in Settings.model_fields.items():
        yield f"`KOTHA_{name.upper()}`", _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or isinstance(value, SecretStr) or value == WEB_FOLDER or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(map(str, value)) if isinstance(value, tuple) else value}`"


if __name__ == "__main__":
    sys.stdout.write(settings_table() + "\n")
