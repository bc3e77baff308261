"""What is known about a product beyond its name and price."""

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact is about, in the order in which facts are told."""

    MATERIAL = "material"
    FEATURES = "features"
    COLOURS = "colours"
    SIZES = "sizes"
    FIT = "fit"
    DIMENSIONS = "dimensions"
    CONTENTS = "contents"
    WORKS_WITH = "works_with"
    CARE = "care"
    ORIGIN = "origin"
    WARRANTY = "warranty"


@dataclass(frozen=True)
class ProductFact:
    """One sentence about a product, as the shop's staff wrote it."""

    kind: FactKind
    text: str
    text_bn: str
