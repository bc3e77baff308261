"""A message the assistant did not understand waits, masked, for a person to label."""

from pathlib import Path

import yaml

from bot.review_export import export
from crm_store.use_cases.review import list_review_candidates
from tests.fakes.engine import FakeEngine, answer_of, answering
from tests.fixtures.web_client import WebClient
from tests.integration.conftest import Running

NOT_UNDERSTOOD = {
    "intent": "nlu_fallback",
    "confidence": 0.4,
    "entities": [],
    "ranking": [
        {"intent": "nlu_fallback", "confidence": 0.4},
        {"intent": "track_order", "confidence": 0.3},
    ],
    "language": "en",
    "model": "kotha-1.tar.gz",
}


async def test_only_what_was_not_understood_is_kept(running: Running, engine: FakeEngine) -> None:
    unclear = answer_of("Do you mean one of these?", understanding=NOT_UNDERSTOOD)
    unclear["replies"][0]["response"] = "utter_unclear_meanings"
    engine.script = [answering(answer_of("Hello!")), answering(unclear)]
    async with WebClient(running.base) as client:
        await client.open_session()
        await client.connect()
        await client.ask("hello")
        await client.ask("wheres the thing, call 01712345678")
    [candidate] = await list_review_candidates(running.store, limit=10)
    assert candidate.text == "wheres the thing, call <number>"
    assert (candidate.likeliest, candidate.model) == ("track_order", "kotha-1.tar.gz")


async def test_what_is_exported_with_a_mark_is_exported_once(
    running: Running, engine: FakeEngine, tmp_path: Path
) -> None:
    unclear = answer_of("Pardon?", understanding=NOT_UNDERSTOOD)
    unclear["replies"][0]["response"] = "utter_unclear_meanings"
    engine.script = [answering(unclear)]
    async with WebClient(running.base) as client:
        await client.open_session()
        await client.connect()
        await client.ask("the thing")
    url = f"sqlite:///{running.store.engine.url.database}"
    file = tmp_path / "review.yml"
    assert await export(url, output=file, mark=True, exported_too=False) == 1
    [block] = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    assert (block["intent"], block["examples"][0]["text"]) == ("track_order", "the thing\n")
    assert await export(url, output=file, mark=False, exported_too=False) == 0
