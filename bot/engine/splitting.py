"""Several requests in one message: where it may be cut, and whether the pieces really are requests.

Cutting is careful: taking one story for two requests answers a question that nobody asked. A message is cut
only when at least two pieces are each understood with confidence as different requests; small talk, answers
and moods beside a request stay part of it, and give way to it when the whole was taken for them. The words
are data: components/patterns/requests.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.components.patterns import read_patterns

SURE = 0.8  # confidence of a piece that counts as a request: pieces of stories are often taken for some
SURE_IF_ANNOUNCED = 0.6  # the customer has said that it is one
MIN_WORDS = 2  # of a request: "and how much" goes on about what was said before
MAX_PIECES = 8  # a longer story is understood as a whole; every piece costs another parse
MAX_PARTS = 4  # more requests at once nobody keeps apart, and the gateway refuses more than 20 replies

FALLBACK = "nlu_fallback"

Parsed = dict[str, Any]

_TOLD_BY_MEANING = frozenset({"return_reason", "option"})  # docs/entities.md: "When a reason is told"

_ONE_SIGN_OR_TWO = (("\u09dc", "\u09a1\u09bc"), ("\u09dd", "\u09a2\u09bc"), ("\u09df", "\u09af\u09bc"))
_HAS_WORDS = re.compile(r".*[^\W\d_]", re.DOTALL).match
_SENTENCE_END = r"(?:[.!?।॥…;](?=[\s.!?।॥…;]|$)|\n)"


@dataclass(frozen=True)
class Piece:
    """A stretch of the text between two cuts; `announced` when the customer says it is something else."""

    start: int
    end: int
    announced: bool = False


@dataclass(frozen=True)
class _Request:
    """A piece with what it was understood as."""

    piece: Piece
    parsed: Parsed

    @property
    def intent(self) -> str:
        return str(self.parsed["intent"]["name"])


@dataclass(frozen=True)
class Understood:
    """A message: its parse as a whole, and the parse of each request in it, in order (mostly just one)."""

    whole: Parsed
    requests: list[Parsed]


class RequestSplitter:
    """Finds the requests of a message."""

    def __init__(self) -> None:
        words = read_patterns("requests")
        self._announcer = re.compile(_any_of(words["announcers"]), re.IGNORECASE)
        cuts = f"(?P<end>(?:{_SENTENCE_END})+)|{_any_of([*words['announcers'], *words['joiners']])}"
        self._cut = re.compile(cuts, re.IGNORECASE)
        self._no_more = frozenset(words["no_more"])
        nots = "|".join(map(re.escape, words["nots"]))
        self._a_verb_and_not = re.compile(rf"[\s,]*(?:\S+\s+){{1,2}}(?:{nots})[\s.!।]*$", re.IGNORECASE)
        self._no_requests = frozenset(words["no_requests"])
        self._gives_way = frozenset(words["gives_way"])
        self._one_matter = [frozenset(intents) for intents in words["one_matter"]]
        self._shared = frozenset(words["shared"])

    def pieces(self, text: str) -> list[Piece]:
        """The stretches between possible cuts; empty when the text has none, or too many."""
        pieces, start, announced = [], 0, False
        for cut in self._cut.finditer(text):
            if cut.group().casefold() in self._no_more and self._a_verb_and_not.match(text, cut.end()):
                continue
            if _HAS_WORDS(text, start, cut.start()):
                # A question mark belongs to its question: it helps to understand it.
                end = cut.end() if cut["end"] else cut.start()
                pieces.append(_piece(text, start, end, announced))
                announced = False
            announced = announced or bool(self._announcer.fullmatch(cut.group()))
            start = cut.end()
        if _HAS_WORDS(text, start):
            pieces.append(_piece(text, start, len(text), announced))
        return pieces if 2 <= len(pieces) <= MAX_PIECES else []

    def requests(self, whole: Parsed, pieces: Sequence[Piece], parses: Sequence[Parsed]) -> list[Parsed]:
        """The message as its requests, in order: the whole parse alone unless there are several."""
        understood = zip(pieces, parses, strict=True)
        found = self._separate([_Request(piece, parsed) for piece, parsed in understood], whole)
        if len(found) == 1 and whole["intent"]["name"] in self._gives_way:
            return [self._part(whole, found[0], 0, len(whole["text"]))]
        if not 2 <= len(found) <= MAX_PARTS:
            return [whole]
        starts = [0, *(request.piece.start for request in found[1:])]
        ends = [_end_before(start, pieces) for start in starts[1:]]
        return [
            self._part(whole, request, start, end)
            for request, start, end in zip(found, starts, [*ends, len(whole["text"])], strict=True)
        ]

    def _separate(self, understood: Iterable[_Request], whole: Parsed) -> list[_Request]:
        """The requests of different matters; what goes on about the last one belongs to it."""
        found: list[_Request] = []
        opening: Piece | None = None  # announced, but what is wanted comes only after it
        for one in understood:
            if not self._is_request(one, opening) or _cuts_entity(one.piece, whole):
                opening = opening or (one.piece if one.piece.announced else None)
                continue
            request = _Request(Piece(opening.start, one.piece.end, True), one.parsed) if opening else one
            opening = None
            if all(self._is_other(request, earlier) for earlier in found):
                found.append(request)
        return found

    def _is_request(self, one: _Request, opening: Piece | None) -> bool:
        if one.intent in self._no_requests or len(one.parsed["text"].split()) < MIN_WORDS:
            return False
        sure = SURE_IF_ANNOUNCED if opening or one.piece.announced else SURE
        return bool(one.parsed["intent"]["confidence"] >= sure)

    def _is_other(self, request: _Request, earlier: _Request) -> bool:
        if request.intent == earlier.intent:
            numbers, others = _orders(request.parsed), _orders(earlier.parsed)
            return bool(numbers and others and not numbers & others)
        if request.piece.announced:
            return True
        return not any({request.intent, earlier.intent} <= matter for matter in self._one_matter)

    def _part(self, whole: Parsed, request: _Request, start: int, end: int) -> Parsed:
        """The piece's meaning with the text around it and the entities found in the whole message."""
        own = [_moved(entity, -start) for entity in whole["entities"] if start <= entity["start"] < end]
        return {
            **whole,
            "text": whole["text"][start:end],
            "intent": request.parsed["intent"],
            "intent_ranking": request.parsed.get("intent_ranking", []),
            "entities": [*own, *_told_by_meaning(request, own), *self._borrowed(whole, own)],
        }

    def _borrowed(self, whole: Parsed, own: Sequence[Parsed]) -> list[Parsed]:
        """What the rest of the message names exactly once and this part does not name: without a place."""
        lacking = self._shared - {entity["entity"] for entity in own}
        named = {
            name: [entity for entity in whole["entities"] if entity["entity"] == name] for name in lacking
        }
        return [
            _without_place(entities[0])
            for entities in named.values()
            if len({str(entity["value"]) for entity in entities}) == 1
        ]


def _told_by_meaning(request: _Request, own: Sequence[Parsed]) -> list[Parsed]:
    """Entities that were looked for only in the piece, as the whole means something else: without a place."""
    known = {entity["entity"] for entity in own}
    return [
        _without_place(entity)
        for entity in request.parsed["entities"]
        if entity["entity"] in _TOLD_BY_MEANING - known
    ]


def _without_place(entity: Parsed) -> Parsed:
    return {key: value for key, value in entity.items() if key not in ("start", "end")}


def _piece(text: str, start: int, end: int, announced: bool) -> Piece:
    """The stretch without the blanks around it."""
    stretch = text[start:end]
    begin = start + len(stretch) - len(stretch.lstrip())
    return Piece(begin, start + len(stretch.rstrip()), announced)


def _orders(parsed: Parsed) -> set[str]:
    return {str(entity["value"]) for entity in parsed["entities"] if entity["entity"] == "order_number"}


def _cuts_entity(piece: Piece, whole: Parsed) -> bool:
    """Whether the piece begins or ends inside something that belongs together, as an address does."""
    return any(
        entity["start"] < edge < entity["end"]
        for entity in whole["entities"]
        for edge in (piece.start, piece.end)
    )


def _end_before(start: int, pieces: Iterable[Piece]) -> int:
    return max(piece.end for piece in pieces if piece.end <= start)


def _moved(entity: Parsed, by: int) -> Parsed:
    return {**entity, "start": entity["start"] + by, "end": entity["end"] + by}


def _in_any_spelling(pattern: str) -> str:
    """Three Bengali letters are written as one sign or as two; keyboards do both."""
    for one, two in _ONE_SIGN_OR_TWO:
        pattern = pattern.replace(one, two).replace(two, f"(?:{one}|{two})")
    return pattern


def _any_of(words: Iterable[str]) -> str:
    """A pattern of whole words, the longest first. `\\b` knows no Bengali vowel signs, hence the blanks."""
    longest_first = sorted(words, key=len, reverse=True)
    spaced = (_in_any_spelling(re.escape(word)).replace(r"\ ", r"\s+") for word in longest_first)
    return rf"(?<!\S)(?:{'|'.join(spaced)})(?=[\s,:]|$)[,:]?"
