"""The channel's own sentences are there in all three languages and fit where Telegram shows them."""

import pytest

from bot.channels.telegram.commands import MENU
from bot.channels.telegram.languages import language_known, language_of_code
from bot.channels.wording import load_wording

SENTENCES = load_wording("telegram").sentences
LONGEST_TOAST = 200  # Telegram's


def test_every_language_has_every_sentence() -> None:
    names = {language: sorted(sentences) for language, sentences in SENTENCES.items()}
    assert names["bn"] == names["bn-Latn"] == names["en"]
    assert all(sentence.strip() for sentences in SENTENCES.values() for sentence in sentences.values())


@pytest.mark.rules("TG9")
@pytest.mark.parametrize("name", ["choice_gone", "choice_not_yours"])
def test_toasts_are_short_enough(name: str) -> None:
    assert all(len(sentences[name]) <= LONGEST_TOAST for sentences in SENTENCES.values())


def test_every_command_of_the_menu_is_described() -> None:
    for sentences in SENTENCES.values():
        assert all(3 <= len(sentences[f"menu_{name}"]) <= 256 for name in MENU)


@pytest.mark.parametrize(
    ("code", "language"),
    [("bn", "bn"), ("bn-BD", "bn"), ("BN", "bn"), ("en", "en"), ("de", "en"), (None, "en")],
)
def test_an_apps_language_is_one_of_ours(code: str | None, language: str) -> None:
    assert language_of_code(code) == language


def test_a_language_that_is_none_of_ours_is_not_known() -> None:
    assert (language_known("de"), language_known(None), language_known("en-GB")) == (None, None, "en")
