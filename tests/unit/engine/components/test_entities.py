"""Entities by patterns: values, and places in the text as the customer wrote it."""

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.entities import PatternEntityExtractor
from tests.unit.engine.components.messages import Shelf, tokenised


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> PatternEntityExtractor:
    return Shelf(tmp_path_factory.mktemp("model"), PatternEntityExtractor).create()


def found(extractor: PatternEntityExtractor, text: str, entity: str) -> list[tuple[str, str]]:
    """(value, the customer's own words) of each entity of a kind."""
    message = tokenised(text)
    extractor.process([message])
    return [
        (one["value"], text[one["start"] : one["end"]])
        for one in message.get("entities")
        if one["entity"] == entity
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("where is KT-10234?", "KT-10234"),
        ("kt10234 koi", "kt10234"),
        ("Kt 10234", "Kt 10234"),
        ("KT–10234 please", "KT–10234"),
        ("kt_10234", "kt_10234"),
        ("kt no 10234", "kt no 10234"),
        ("KT#10234", "KT#10234"),
        ("কেটি-১০২৩৪ কোথায়", "কেটি-১০২৩৪"),
        ("কে টি ১০২৩৪", "কে টি ১০২৩৪"),
        ("KT-১০২৩৪টা কই", "KT-১০২৩৪"),
        ("#10234", "#10234"),
        ("order no 10234 please", "10234"),
        ("অর্ডার নম্বর ১০২৩৪।", "১০২৩৪"),
        ("order10234", "10234"),
        ("10234 number order", "10234"),
        ("১০২৩৪", "১০২৩৪"),
        ("/restart KT-10234", "KT-10234"),
        ('/track_order{"order_number": "KT-10234"}', "KT-10234"),
        ("my\u200b order is KT-10234!!!!", "KT-10234"),
    ],
)
def test_order_numbers_however_written(extractor: PatternEntityExtractor, text: str, written: str) -> None:
    assert found(extractor, text, "order_number") == [("KT-10234", written)]


def test_a_mistyped_order_number_is_still_one(extractor: PatternEntityExtractor) -> None:
    assert found(extractor, "KT-1023 kothay", "order_number") == [("KT-1023", "KT-1023")]


def test_several_order_numbers(extractor: PatternEntityExtractor) -> None:
    values = [value for value, _ in found(extractor, "KT-10234/KT-10235, 10236 ar #10237", "order_number")]
    assert values == ["KT-10234", "KT-10235", "KT-10236", "KT-10237"]


@pytest.mark.parametrize(
    "text",
    [
        "10234 taka dilam",
        "12345/-",
        "৳12345",
        "12,345 tk",
        "১২৩৪৫ টাকা ফেরত দিন",
        "total 12345",
        "dam 12345.50",
        "my postcode is 12345",
        "01712345678",
        "otp 12345",
        "123456",
        "abc12345",
        "3.12345",
    ],
)
def test_other_numbers_are_no_order_numbers(extractor: PatternEntityExtractor, text: str) -> None:
    assert found(extractor, text, "order_number") == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("call 01712345678", "01712345678"),
        ("+8801712345678", "+8801712345678"),
        ("+880 1712-345678", "+880 1712-345678"),
        ("০১৭১২-৩৪৫৬৭৮ এ কল দিন", "০১৭১২-৩৪৫৬৭৮"),
        ("017 1234 5678", "017 1234 5678"),
    ],
)
def test_phone_numbers(extractor: PatternEntityExtractor, text: str, written: str) -> None:
    assert found(extractor, text, "phone") == [("+8801712345678", written)]


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ("House 4, Mirpur, Dhaka 1216", "1216", "1216"),
        ("Dhaka-1216", "1216", "1216"),
        ("ঢাকা-১২১৬", "1216", "১২১৬"),
        ("post code 4000", "4000", "4000"),
        ("পোস্টকোড: ৪০০০", "4000", "৪০০০"),
    ],
)
def test_postcodes(extractor: PatternEntityExtractor, text: str, value: str, written: str) -> None:
    assert found(extractor, text, "postcode") == [(value, written)]


def test_four_digits_alone_are_no_postcode(extractor: PatternEntityExtractor) -> None:
    assert found(extractor, "1500 tk er shirt", "postcode") == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("send it to Chittagong", "Chattogram"),
        ("ctg te pathan", "Chattogram"),
        ("ঢাকায় পাঠান", "Dhaka"),
        ("dhakar baire", "Dhaka"),
        ("সিলেটের জিন্দাবাজার", "Sylhet"),
        ("Cox's Bazar", "Cox's Bazar"),
        ("jessore sadar", "Jashore"),
    ],
)
def test_cities(extractor: PatternEntityExtractor, text: str, city: str) -> None:
    assert [value for value, _ in found(extractor, text, "city")] == [city]


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("the second one", "2"),
        ("দ্বিতীয়টা", "2"),
        ("২ নম্বরটা", "2"),
        ("2", "2"),
        ("১টা", "1"),
        ("1st", "1"),
        ("প্রথমটা বাতিল করুন", "1"),
        ("prothom ta", "1"),
        ("tritiyo ta", "3"),
        ("no, the other one", "other"),
        ("না, অন্যটা", "other"),
        ("onnota", "other"),
        ("arekta", "other"),
        ("the last one please", "last"),
        ("শেষেরটা", "last"),
        ("shesher ta", "last"),
        ("both", "both"),
        ("দুটোই", "both"),
        ("duitai", "both"),
    ],
)
def test_options(extractor: PatternEntityExtractor, text: str, option: str) -> None:
    assert [value for value, _ in found(extractor, text, "option")] == [option]


@pytest.mark.parametrize(
    "text",
    ["this is the first time i order", "last week i ordered", "প্রথমবার অর্ডার করলাম", "the other day", "২ দিন"],
)
def test_words_that_only_look_like_options(extractor: PatternEntityExtractor, text: str) -> None:
    assert found(extractor, text, "option") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("speak English please", "en"),
        ("ইংরেজিতে বলুন", "en"),
        ("ingrejite bolen", "en"),
        ("বাংলায় বলুন", "bn"),
        ("banglay bolun", "bn"),
        ("ইংরেজি হরফে বাংলা লিখুন", "bn-Latn"),
        ("reply in banglish", "bn-Latn"),
    ],
)
def test_languages_asked_for(extractor: PatternEntityExtractor, text: str, language: str) -> None:
    assert [value for value, _ in found(extractor, text, "language")] == [language]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the shirt came torn", "damaged"),
        ("জামাটা ছেঁড়া", "damaged"),
        ("vanga jinish pathaisen", "damaged"),
        ("bhaanga plate", "damaged"),
        ("you sent the wrong product", "wrong_item"),
        ("onno jinish dise", "wrong_item"),
        ("ভুল পণ্য এসেছে", "wrong_item"),
        ("it doesn't fit me", "wrong_size"),
        ("jutar size hoy na", "wrong_size"),
        ("সাইজ ছোট", "wrong_size"),
        ("not as described at all", "not_as_described"),
        ("ছবির সাথে মিল নেই", "not_as_described"),
        ("i changed my mind", "changed_mind"),
        ("পছন্দ হয়নি", "changed_mind"),
        ("pochondo hoini", "changed_mind"),
        ("it came too late", "late"),
        ("onek deri korse", "late"),
        ("charger nai box e", "missing_part"),
        ("একটা পার্টস নেই", "missing_part"),
    ],
)
def test_return_reasons(extractor: PatternEntityExtractor, text: str, reason: str) -> None:
    assert reason in [value for value, _ in found(extractor, text, "return_reason")]


def test_nothing_is_found_in_small_talk(extractor: PatternEntityExtractor) -> None:
    for text in ["hello", "কেমন আছেন", "apni ki robot", "", "😀", "/", "১ ২ ৩ ৪ ৫"]:
        message = tokenised(text)
        extractor.process([message])
        assert message.get("entities") == []


def test_annotated_reasons_are_learnt_and_survive_storing(tmp_path: object) -> None:
    example = Message.build(
        "it smells funny",
        "request_return",
        [{"start": 3, "end": 15, "value": "damaged", "entity": "return_reason"}],
    )
    shelf = Shelf(tmp_path, PatternEntityExtractor)  # type: ignore[arg-type]  # pytest gives a Path
    shelf.create().train(TrainingData([example]))
    assert found(shelf.load(), "why does it smells funny", "return_reason") == [("damaged", "smells funny")]


def test_entities_found_before_are_kept(extractor: PatternEntityExtractor) -> None:
    message = tokenised("hello", entities=[{"entity": "mood", "value": "happy"}])
    extractor.process([message])
    assert message.get("entities") == [{"entity": "mood", "value": "happy"}]
