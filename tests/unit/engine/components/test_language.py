"""The language of one message."""

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.importer import TaggedImporter, language_of_file
from bot.engine.components.language import LANGUAGE, LanguageIdentifier
from bot.engine.components.tags import language_of_example
from tests.unit.engine.components.messages import Shelf, examples, tokenised

ENGLISH = [
    "where is my order please",
    "i want to cancel the order",
    "when will you deliver my parcel",
    "what is the price of delivery",
    "the shirt is too small for me",
    "can i talk to a person",
    "how long does it take",
    "thank you very much for the help",
    "did you send it yet",
    "no i do not want that",
]
ROMANISED = [
    "amar order ta kothay",
    "order cancel korte chai",
    "parcel kobe pabo bhai",
    "delivery charge koto taka",
    "jama ta choto hoise",
    "manusher sathe kotha bolbo",
    "koto din lagbe bolen",
    "onek dhonnobad apnake",
    "ekhono pathan nai keno",
    "na ami eta chai na",
]


@pytest.fixture(scope="module")
def identifier(tmp_path_factory: pytest.TempPathFactory) -> LanguageIdentifier:
    shelf = Shelf(tmp_path_factory.mktemp("model"), LanguageIdentifier)
    rows = [(text, "x", "en") for text in ENGLISH] + [(text, "x", "bn-Latn") for text in ROMANISED]
    shelf.create().train(examples(*rows))
    return shelf.load()


def language(identifier: LanguageIdentifier, text: str) -> str:
    message = tokenised(text)
    identifier.process([message])
    return str(message.as_dict(only_output_properties=True)[LANGUAGE])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("আমার অর্ডার কই", "bn"),
        ("order কোথায়?", "bn"),
        ("KT-10234 টা কই", "bn"),
        ("Daraz থেকে ভালো", "bn"),
        ("where is my parcel", "en"),
        ("please cancel it, i do not want the order", "en"),
        ("amar parcel kothay", "bn-Latn"),
        ("order ta koto din lagbe", "bn-Latn"),
        ("parcel pabo kobe?", "bn-Latn"),
    ],
)
def test_languages(identifier: LanguageIdentifier, text: str, expected: str) -> None:
    assert language(identifier, text) == expected


@pytest.mark.parametrize(
    "text", ["ok", "KT-10234", "১০২৩৪", "01712345678", "😀", "", "???", "Hi", "Zubair Quaiyum"]
)
def test_what_tells_nothing_is_left_open(identifier: LanguageIdentifier, text: str) -> None:
    assert language(identifier, text) == ""


def test_without_tags_only_the_script_decides(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, LanguageIdentifier)
    shelf.create().train(examples(("where is it", "x", ""), ("koi eta", "x", "")))
    untagged = shelf.load()
    assert language(untagged, "where is it") == ""
    assert language(untagged, "কই") == "bn"


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("orders.en.yml", "en"),
        ("orders.bn-Latn.yml", "bn-Latn"),
        ("orders.bn.yaml", "bn"),
        ("orders.yml", None),
    ],
)
def test_the_file_name_is_the_tag(name: str, tag: "str | None") -> None:
    assert language_of_file(Path(name)) == tag


def test_imported_examples_remember_their_file(tmp_path: Path) -> None:
    for tag, text in (("en", "where is it"), ("bn", "কই এটা"), ("bn-Latn", "koi eta")):
        (tmp_path / f"orders.{tag}.yml").write_text(
            f'version: "3.1"\nnlu:\n- intent: track_order\n  examples: |\n    - {text}\n', encoding="utf-8"
        )
    data = TaggedImporter(training_data_paths=[str(tmp_path)]).get_nlu_data()
    tags = {example.get("text"): language_of_example(example) for example in data.intent_examples}
    assert tags == {"where is it": "en", "কই এটা": "bn", "koi eta": "bn-Latn"}


def test_an_examples_own_language_wins_over_its_file(tmp_path: Path) -> None:
    (tmp_path / "orders.en.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: track_order\n  examples:\n  - text: koi eta\n'
        "    metadata:\n      language: bn-Latn\n",
        encoding="utf-8",
    )
    data = TaggedImporter(training_data_paths=[str(tmp_path)]).get_nlu_data()
    assert [language_of_example(example) for example in data.intent_examples] == ["bn-Latn"]


def test_an_example_without_metadata_has_no_language() -> None:
    assert language_of_example(Message.build("hello", "greet")) is None
