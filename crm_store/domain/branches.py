"""The shop's stores: where they are, when they are open, and which one is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from crm_store.domain.opening_hours import OpeningHours
from crm_store.domain.places import Place

EARTH_RADIUS_KM: Final = 6371.0


@dataclass(frozen=True)
class Branch:
    """A store. `near` lists the neighbourhoods it is close to."""

    code: str
    name: str
    name_bn: str
    city: str
    address: str
    address_bn: str
    near: str
    near_bn: str
    directions: str
    directions_bn: str
    phone: str
    map_url: str
    latitude: float
    longitude: float
    hours: OpeningHours


def nearest_branch(branches: Sequence[Branch], place: Place) -> tuple[Branch, int]:
    """The branch closest to `place` as the crow flies, and how many kilometres that is."""
    branch = min(branches, key=lambda each: _distance(each, place))
    return branch, round(_distance(branch, place))


def _distance(branch: Branch, place: Place) -> float:
    """Kilometres over the globe (haversine)."""
    north, east = radians(place.latitude - branch.latitude), radians(place.longitude - branch.longitude)
    narrowing = cos(radians(branch.latitude)) * cos(radians(place.latitude))
    slant = sin(north / 2) ** 2 + narrowing * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(slant))
