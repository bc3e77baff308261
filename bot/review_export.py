"""`python -m bot.review_export`: the messages kept for review, as Rasa YAML for a person to label.

Examples stand under the intent they were taken for; move each to the right intent in data/nlu, or drop it.
With `--mark` they are counted as taken away and not listed again.
"""

import argparse
import asyncio
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import yaml

from bot.errors import BadSettings
from bot.settings import load_store_url
from crm_store.domain.errors import KothaStoreError
from crm_store.domain.review import ReviewCandidate
from crm_store.sql import open_store
from crm_store.use_cases.review import list_review_candidates, mark_exported

LISTED = 10_000  # of one export; what is left comes with the next
FORMAT = "3.1"
_NOT_WORDS = re.compile(r"[^\w\u0980-\u09ff<>]+")


@dataclass
class Example:
    """One wording, however often and for whatever reasons it was kept."""

    first: ReviewCandidate
    ids: list[UUID] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)


def without_repeats(candidates: Iterable[ReviewCandidate]) -> list[Example]:
    """One example for all candidates that differ in capitals, blanks and punctuation only."""
    examples: dict[str, Example] = {}
    for candidate in candidates:
        key = _NOT_WORDS.sub(" ", candidate.text.casefold()).strip() or candidate.text
        example = examples.setdefault(key, Example(candidate))
        example.ids.append(candidate.id)
        example.reasons.add(candidate.reason.value)
    return list(examples.values())


def as_rasa_yaml(examples: Sequence[Example]) -> str:
    """Training data in Rasa's format, by guessed intent, with what helps to label in the metadata."""
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_intent[example.first.likeliest].append(example)
    blocks = [
        {"intent": intent, "examples": [_entry(example) for example in of_intent]}
        for intent, of_intent in sorted(by_intent.items())
    ]
    content = {"version": FORMAT, "nlu": blocks}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=200)


def _entry(example: Example) -> dict[str, object]:
    first = example.first
    # Rasa reads "[words](entity)" in an example as an annotation; a customer's brackets are only brackets.
    text = first.text.replace("[", "(").replace("]", ")")
    metadata: dict[str, object] = {
        "guesses": {guess.intent: guess.confidence for guess in first.guesses},
        "why": sorted(example.reasons),
        "times": len(example.ids),
        "first": first.at.date().isoformat(),
        "model": first.model,
    }
    if first.language:
        metadata = {"language": first.language, **metadata}
    return {"text": f"{text}\n", "metadata": metadata}


async def export(database_url: str, *, output: Path | None, mark: bool, exported_too: bool) -> int:
    """Write the YAML to `output` (or standard output); the number of examples."""
    store = await open_store(database_url)
    try:
        candidates = await list_review_candidates(store, exported_too=exported_too, limit=LISTED)
        examples = without_repeats(candidates)
        _write(as_rasa_yaml(examples), output)
        if mark:  # only now: what could not be written is listed again
            await mark_exported(store, [candidate.id for candidate in candidates])
    finally:
        await store.close()
    return len(examples)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        output.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Export; 2 and one line on standard error when that failed."""
    parser = argparse.ArgumentParser(prog="python -m bot.review_export", description=__doc__)
    parser.add_argument("--database", metavar="URL", help="instead of the service's own (KOTHA_DATABASE_URL)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="instead of standard output")
    parser.add_argument("--mark", action="store_true", help="do not list them again")
    parser.add_argument("--all", action="store_true", help="those marked earlier, too")
    options = parser.parse_args(arguments)
    try:
        url = options.database or load_store_url()
        exporting = export(url, output=options.output, mark=options.mark, exported_too=options.all)
        count = asyncio.run(exporting)
    except (BadSettings, KothaStoreError, OSError) as error:
        sys.stderr.write(f"Nothing was exported: {error} ({type(error).__name__})\n")
        return 2
    sys.stderr.write(f"{count} examples to label{', marked as taken away' if options.mark else ''}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
