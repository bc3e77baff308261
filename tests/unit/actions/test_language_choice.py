"""The language a message asks for."""

import pytest

from tests.unit.actions.acting import Acting, Dialogue, Message, entity


@pytest.mark.parametrize(
    ("text", "named", "wanted"),
    [
        ("please speak english", [("en", "english")], "en"),
        ("বাংলায় বলুন", [("bn", "বাংলায়")], "bn"),
        ("banglish e likhen", [("bn-Latn", "banglish")], "bn-Latn"),
        ("I don't understand bangla, use english", [("bn", "bangla"), ("en", "english")], "en"),
        ("speak english, i can't read bangla", [("en", "english"), ("bn", "bangla")], "en"),
        ("no english please. bangla", [("en", "english"), ("bn", "bangla")], "bn"),
        ("ami english bujhi na, bangla bolen", [("en", "english"), ("bn", "bangla")], "bn"),
        ("english na bangla", [("en", "english"), ("bn", "bangla")], "bn"),
        ("আমি ইংরেজি পারি না, বাংলায় লিখুন", [("en", "ইংরেজি"), ("bn", "বাংলায়")], "bn"),
        ("বাংলা নয় ইংরেজিতে", [("bn", "বাংলা"), ("en", "ইংরেজিতে")], "en"),
        ("আমি ইংরেজি বুঝি না", [("en", "ইংরেজি")], "bn"),
        ("i do not speak bengali", [("bn", "bengali")], "en"),
        ("can you write in bangla? not a problem if slow", [("bn", "bangla")], "bn"),
    ],
)
async def test_a_language_named_to_refuse_it_is_not_asked_for(
    acting: Acting, text: str, named: list[tuple[str, str]], wanted: str
) -> None:
    await acting.visit(None)
    found = [entity("language", value, text, written) for value, written in named]
    outcome = await acting.run("action_change_language", Message("change_language", text, found))
    assert outcome.slots["chosen_language"] == wanted


async def test_who_writes_bengali_in_latin_letters_gets_it_so(acting: Acting) -> None:
    await acting.visit(None)
    text = "ami english bujhina"
    ask = Message("change_language", text, [entity("language", "en", text, "english")])
    outcome = await acting.run("action_change_language", ask, Dialogue({"language": "bn-Latn"}))
    assert outcome.slots["language"] == "bn-Latn"
