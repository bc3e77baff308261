"""What is said about settings that cannot be used: their names, what they should be, never their values."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsError

MIN_SECRET_BYTES = 32  # HS256 wants a key at least as long as its digest (RFC 7518, 3.2)
# Of the engine and the action server, which may share the gateway's environment (docs/configuration.md).
OF_THE_OTHERS = frozenset(
    {
        "KOTHA_ACCOUNT_URL",
        "KOTHA_ACTIONS_PORT",
        "KOTHA_ACTIONS_SECRET",
        "KOTHA_DOTENV",
        "KOTHA_ENGINE_PORT",
        "KOTHA_MODEL_DIR",
    }
)
OF_TESTS = "KOTHA_TEST_"
NEEDS_EXAMPLE = ("tuple_type", "dict_type")  # "should be a valid tuple" helps nobody


def describe_faults(kind: type[BaseSettings], error: ValidationError) -> Iterator[str]:
    """One for each setting: what follows from its first fault would only confuse."""
    named: set[str] = set()
    for detail in error.errors():
        name = setting_name(str(detail["loc"][0])) if detail["loc"] else ""
        if not name or name not in named:
            yield _line(kind, name, detail)
        named.add(name)


def setting_name(field: str) -> str:
    """What a field of the settings is called in the environment."""
    return f"KOTHA_{field.upper()}"


def _line(kind: type[BaseSettings], name: str, detail: ErrorDetails) -> str:
    reason = detail["msg"].removeprefix("Value error, ")
    if not name:
        return reason
    if detail["type"] == "missing":
        return f"{name} is not set: give it {MIN_SECRET_BYTES} random characters (`make run` makes some)"
    if detail["type"] in NEEDS_EXAMPLE:
        return f"{name} is wrong. {_described(kind, str(detail['loc'][0]))}"
    return f"{name} is wrong: {reason}"


def describe_bad_json(kind: type[BaseSettings], error: SettingsError) -> str:
    """pydantic names the field, in quotation marks and in its own way."""
    field = next((name for name in kind.model_fields if f'"{name}"' in str(error)), "")
    name = setting_name(field) if field else "A setting"
    return f"{name} must be JSON. {_described(kind, field)}".rstrip()


def _described(kind: type[BaseSettings], field: str) -> str:
    """The setting's own description, which has an example of every form."""
    return (kind.model_fields[field].description or "") if field in kind.model_fields else ""


def find_unknown(kind: type[BaseSettings], given: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names that look like settings and are none, each with the one that may be meant (or nothing)."""
    known = OF_THE_OTHERS | {setting_name(field) for field in kind.model_fields}
    for name in sorted({name.upper() for name in given} - known):
        if name.startswith("KOTHA_") and not name.startswith(OF_TESTS):
            yield name, next(iter(get_close_matches(name, known, n=1)), "")
