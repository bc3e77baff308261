"""Good values made worse, by a seeded random generator: the same seed makes the same inputs."""

import copy
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CORPUS: Final = Path(__file__).parent / "corpus"
LONG: Final = 5_000  # over every text's limit, under every body's
DEEP: Final = 2_000
Json = Any


def load(name: str) -> list[Json]:
    """The good inputs of a kind."""
    loaded: list[Json] = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@dataclass
class Mangler:
    """Breaks values; about one in eight stays good, so that what follows a good one is met too."""

    chance: random.Random

    def __post_init__(self) -> None:
        self._texts: list[str] = load("odd_texts")

    def text(self) -> str:
        """Words nobody types, or a lot of them."""
        match self.chance.randrange(8):
            case 0:
                return chr(self.chance.randrange(0x110000)) * self.chance.randrange(1, 20)
            case 1:
                return self.chance.choice(self._texts) * self.chance.randrange(1, LONG // 20)
            case 2:
                return "".join(self.chance.sample(self._texts, 3))
        return self.chance.choice(self._texts)

    def anything(self) -> Json:
        """Any JSON value."""
        number = self.chance.choice([0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**70), 10**30])
        ways: list[Json] = [None, True, False, [], {}, [[]], [{}], {"": None}, number, 1.5, -0.0, 1e308]
        return self.chance.choice([*ways, self.text(), self.text(), [self.text()], {self.text(): number}])

    def value(self, good: Json) -> Json:
        """The value with up to four of its places changed, dropped, doubled or added to."""
        made = copy.deepcopy(good)
        if self.chance.random() < 1 / 8:
            return made
        for _ in range(self.chance.randrange(1, 5)):
            places = [place for place in _places(made) if place]
            if not places:
                return self.anything()
            self._change(made, self.chance.choice(places))
        return made

    def _change(self, made: Json, place: tuple[str | int, ...]) -> None:
        inside = made
        for step in place[:-1]:
            inside = inside[step]
        match self.chance.randrange(6):
            case 0:
                del inside[place[-1]]
            case 1 if isinstance(inside, dict):
                inside[self.text()] = self.anything()
            case 1:
                inside.extend([self.anything()] * self.chance.randrange(1, 30))
            case _:
                inside[place[-1]] = self.anything()

    def raw(self, good: bytes) -> bytes:
        """The bytes cut, flipped, doubled or filled up; usually as they are."""
        middle = self.chance.randrange(len(good) + 1)
        match self.chance.randrange(16):
            case 0:
                return good[:middle]
            case 1:
                return good[:middle] + self.chance.randbytes(self.chance.randrange(1, 9)) + good[middle:]
            case 2:
                return good + good
            case 3:
                return self.chance.choice([b"[", b'{"a":', b"\xff", b"\x00"]) * DEEP
            case 4:
                flipped = bytearray(good or b"\0")
                flipped[middle % len(flipped)] ^= 1 << self.chance.randrange(8)
                return bytes(flipped)
        return good

    def body(self, good: Json) -> bytes:
        """A JSON body, its value or its bytes made worse."""
        value = self.value(good)
        return self.raw(
            json.dumps(value, ensure_ascii=self.chance.random() < 0.5).encode(errors="surrogatepass")
        )


def _places(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, inner in steps for deeper in _places(inner, (*path, step)))]


def filled_in(value: Json, live: dict[str, str]) -> Json:
    """The good value with live ids in the places that stand for them."""
    if isinstance(value, dict):
        return {name: filled_in(inner, live) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner, live) for inner in value]
    if not isinstance(value, str):
        return value
    for name, found in live.items():
        value = value.replace(name, found)
    return value
