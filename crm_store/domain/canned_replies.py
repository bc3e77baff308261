"""Replies agents use again: written once in each language, with blanks for the customer's own facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from crm_store.domain.errors import UnknownVariable

ENGLISH: Final = "en"
BENGALI: Final = "bn"
ROMANISED: Final = "bn-Latn"
VARIABLES: Final = frozenset(
    {
        "customer.name",
        "agent.name",
        "order.number",
        "order.status",
        "order.promised_by",
        "shop.name",
    }
)
_BLANK: Final = re.compile(r"\{([^{}]*)\}")
# Where a language has no wording of its own, the nearest that its readers understand.
_INSTEAD: Final = {ROMANISED: (ROMANISED, BENGALI, ENGLISH), BENGALI: (BENGALI, ENGLISH), ENGLISH: (ENGLISH,)}


@dataclass(frozen=True, slots=True)
class CannedReply:
    """`agent_id` is whose it is; None: everybody's. `text` has a wording by language, English always."""

    id: UUID
    agent_id: UUID | None
    shortcut: str
    title: str
    title_bn: str
    text: Mapping[str, str]

    @property
    def is_shared(self) -> bool:
        return self.agent_id is None


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """`missing` are the blanks nothing was known for; they stay in the text for the agent to see."""

    text: str
    language: str
    missing: tuple[str, ...]


def check_variables(text: str) -> None:
    """Raises UnknownVariable for a blank nobody can fill."""
    for name in _BLANK.findall(text):
        if name.strip() not in VARIABLES:
            raise UnknownVariable(name.strip())


def render(
    reply: CannedReply, language: str | None, values: Mapping[str, Mapping[str, str]]
) -> RenderedReply:
    """The reply in the customer's language; `values` of each blank by language, with English as the rule."""
    chosen = next(
        code for code in _INSTEAD.get(language or ENGLISH, (ENGLISH,)) if reply.text.get(code) is not None
    )
    missing: list[str] = []

    def fill(blank: re.Match[str]) -> str:
        name = blank[1].strip()
        known = values.get(name, {})
        value = known.get(chosen) or known.get(ENGLISH)
        if value is None:
            missing.append(name)
            return blank[0]
        return value

    return RenderedReply(_BLANK.sub(fill, reply.text[chosen]), chosen, tuple(dict.fromkeys(missing)))
