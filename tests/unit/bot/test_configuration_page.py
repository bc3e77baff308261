"""docs/configuration.md lists every setting as it is."""

import re
from pathlib import Path

import bot
from bot.settings_reference import settings_table

ROOT = Path(str(bot.__file__)).parents[1]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_gateways_table_is_up_to_date() -> None:
    assert settings_table() in PAGE, "run `python -m bot.settings_reference` and put its table on the page"


def test_every_setting_the_other_programs_read_is_on_the_page() -> None:
    sources = [*ROOT.glob("bot/engine/*.py"), *ROOT.glob("actions/*.py")]
    named = {
        name
        for source in sources
        for name in re.findall(r'"(KOTHA_[A-Z_]+[A-Z])"', source.read_text(encoding="utf-8"))
    }
    assert named <= set(re.findall(r"KOTHA_[A-Z_]+[A-Z]", PAGE))
