"""The trained model, the actions and the store on scripted conversations in three scripts."""

import re
from collections import Counter
from fnmatch import fnmatchcase

import pytest

from tests.conversations.assistant import Answer, Talk
from tests.conversations.scripts import ANONYMOUS, Exchange, Script, load_scripts

SCRIPTS = load_scripts()
BENGALI = re.compile("[\u0980-\u09ff]")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}|\bNone\b")
# In romanised replies these words show that it is Bengali; every reply has at least one of them.
ROMANISED = re.compile(
    r"\b(apnar|apnake|apni|ami|amar|amra|amader|kore|kora|korte|korbo|korun|hobe|hoy|hoyeche|ache|achen|jabe|debo"
    r"|dite|dekhte|thik|kichu|ekhon|ei|eta|kon|konta|moddhe|er|ki|na|theke|din|lage|abar|ji|order gulo)\b",
    re.IGNORECASE,
)


@pytest.mark.conversation
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.file}: {script.name}")
async def test_conversation_goes_as_written(talk: Talk, script: Script) -> None:
    await talk.begin(None if script.persona == ANONYMOUS else script.persona)
    for exchange in script.exchanges:
        answer = await talk.say(exchange.text)
        assert _seen(answer, exchange) == _expected(exchange), f"after {exchange.text!r}: {answer.text}"
        assert _match(answer.responses, exchange.responses), f"after {exchange.text!r}: {answer.responses}"
        check_language(answer, exchange.language or script.language)


def _seen(answer: Answer, exchange: Exchange) -> dict[str, object]:
    return {
        "intent": exchange.intent if answer.intent in exchange.intent.split("|") else answer.intent,
        "actions": answer.actions,
        "slots": {name: answer.slots.get(name) for name in exchange.slots},
    }


def _expected(exchange: Exchange) -> dict[str, object]:
    return {
        "intent": exchange.intent,
        "actions": exchange.actions,
        "slots": exchange.slots,
    }


def _match(responses: list[str], patterns: list[str]) -> bool:
    pairs = zip(responses, patterns, strict=False)
    return len(responses) == len(patterns) and all(fnmatchcase(name, pattern) for name, pattern in pairs)


def check_language(answer: Answer, language: str) -> None:
    assert answer.language == language, answer.text
    for reply in answer.replies:
        text = str(reply.text)
        assert not PLACEHOLDER.search(text), text
        assert bool(BENGALI.search(text)) == (language == "bn"), text
        if language == "bn-Latn":
            assert ROMANISED.search(text), text


def test_scripts_cover_all_scripts_and_personas() -> None:
    languages = Counter(script.language for script in SCRIPTS)
    personas = {script.persona for script in SCRIPTS}
    assert len(SCRIPTS) >= 60
    assert min(languages[language] for language in ("en", "bn", "bn-Latn")) >= 15
    assert personas == {"rahima", "tanvir", "shirin", "arif", "mitali", "john", ANONYMOUS}


def test_script_names_are_unique() -> None:
    names = Counter(script.name for script in SCRIPTS)
    assert [name for name, times in names.items() if times > 1] == []
