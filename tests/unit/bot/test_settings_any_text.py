"""Whatever stands in the environment or in .env: the gateway starts, or says in one line what is wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BadSettings
from bot.settings import Settings, load_settings

SECRET = "e" * 43
NAMES = sorted(set(Settings.model_fields) - {"engine_secret"})
ODD = [
    "",
    " ",
    "{",
    "[]",
    "null",
    "-1",
    "1e999",
    "{}",
    '{"a": 1}',
    "http://[",
    "http://a:99999",
    "a@b@c",
    ",,",
]
TEXTS = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=4))
def test_no_value_of_the_environment_breaks_the_start(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str]
) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("KOTHA_ENGINE_SECRET", SECRET)
        for name, value in values.items():
            environment.setenv(f"KOTHA_{name.upper()}", value)
        try:
            loaded = load_settings(_env_file=None)
        except BadSettings as refused:
            assert str(refused)
            assert SECRET not in str(refused)
        else:
            assert SECRET not in repr(loaded)
