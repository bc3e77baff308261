"""The texts and figures of the demo shop, read from the files in `data/`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from crm_store.domain.money import taka

_DATA: Final = "crm_store.seed"


@dataclass(frozen=True)
class Article:
    """A product; `price` in minor units. `variants` are sizes and colours, as printed on the parcel."""

    sku: str
    category: str
    category_bn: str
    name: str
    name_bn: str
    price: int
    stock: int
    variants: tuple[str, ...]
    search_words: str
    warranty_months: int | None


@dataclass(frozen=True)
class DeliveryWay:
    """A way of delivery: days from order to door, `fee` in minor units."""

    code: str
    name: str
    name_bn: str
    zone: str
    days_min: int
    days_max: int
    fee: int


@dataclass(frozen=True)
class Place:
    """A neighbourhood; `line` has blanks for {house} and {road}."""

    area: str
    city: str
    postcode: str
    line: str


@dataclass(frozen=True)
class Person:
    name: str
    name_bn: str
    language: str | None


@dataclass(frozen=True)
class Talk:
    """A conversation of long ago: (author, text) in turn."""

    language: str
    topic: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Content:
    articles: Mapping[str, Article]
    """By SKU, in the order of the shop window."""
    product_facts: Mapping[str, Mapping[str, Sequence[str]]]
    """By SKU and kind: the English and the Bengali sentence."""
    branches: Sequence[Mapping[str, Any]]
    ways: Mapping[str, DeliveryWay]
    places: Sequence[Place]
    people: Sequence[Person]
    talks: Sequence[Talk]
    tickets: Sequence[Mapping[str, str]]
    handed_over: Sequence[Mapping[str, Any]]
    """As in `handed_over.json`: conversations that people took part in, and some that wait for one."""
    ratings: Sequence[Mapping[str, Any]]
    payment_options: Sequence[Mapping[str, Any]]
    promotions: Sequence[Mapping[str, Any]]
    """As in `promotions.json`: days are relative to the day of seeding."""
    personas: Sequence[Mapping[str, Any]]
    """As in `personas.json`: days are relative to the day of seeding."""
    teams: Sequence[Mapping[str, Any]]
    agents: Sequence[Mapping[str, Any]]
    labels: Sequence[Mapping[str, Any]]
    canned_replies: Sequence[Mapping[str, Any]]


def load_content() -> Content:
    """Everything in `data/`."""
    return Content(
        articles=_articles(),
        product_facts=_read("product_facts"),
        branches=_read("branches"),
        ways={way.code: way for way in map(_way, _read("delivery_options"))},
        places=[Place(**place) for place in _read("places")],
        people=[Person(**person) for person in _read("customers")],
        talks=[_talk(talk) for talk in _read("conversations")],
        tickets=_read("tickets"),
        handed_over=_read("handed_over"),
        ratings=_read("ratings"),
        payment_options=_read("payment_options"),
        promotions=_read("promotions"),
        personas=load_personas(),
        teams=_read("teams"),
        agents=load_demo_agents(),
        labels=_read("labels"),
        canned_replies=_read("canned_replies"),
    )


def load_personas() -> Sequence[Mapping[str, Any]]:
    personas: Sequence[Mapping[str, Any]] = _read("personas")
    return personas


def load_demo_agents() -> Sequence[Mapping[str, Any]]:
    """Who works in the demo shop."""
    agents: Sequence[Mapping[str, Any]] = _read("agents")
    return agents


def _read(name: str) -> Any:
    return json.loads(files(_DATA).joinpath("data", f"{name}.json").read_text(encoding="utf-8"))


def _articles() -> dict[str, Article]:
    categories = _read("categories")
    return {
        record["sku"]: Article(
            sku=record["sku"],
            category=record["category"],
            category_bn=categories[record["category"]]["name_bn"],
            name=record["name"],
            name_bn=record["name_bn"],
            price=taka(record["taka"]),
            stock=record["stock"],
            variants=tuple(record["variants"]),
            search_words=record["search_words"],
            warranty_months=record["warranty_months"],
        )
        for record in _read("products")
    }


def _way(record: Mapping[str, Any]) -> DeliveryWay:
    values = dict(record)
    return DeliveryWay(fee=taka(values.pop("fee_taka")), **values)


def _talk(record: Mapping[str, Any]) -> Talk:
    lines = tuple((author, text) for author, text in record["lines"])
    return Talk(record["language"], record["topic"], lines)
