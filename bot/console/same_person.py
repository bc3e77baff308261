"""Who else a customer may be, merging two customers and parting them again, and accounts taken away (G7)."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from bot.channels.web.frames import timestamp
from bot.console.audit import Audit
from bot.console.bodies import MAX_SUMMARY, Checked, Id, Nothing, visible
from bot.console.calls import Answer, Call, not_allowed
from bot.console.panel_shapes import FoundCustomer
from bot.console.permissions import Permission
from bot.console.plain import plain
from bot.console.routing import Route
from bot.console.shapes import listed
from crm_store.domain.likeness import Suggestion
from crm_store.domain.linking import LinkedBy
from crm_store.domain.merging import Merge, MergePreview
from crm_store.use_cases.linking import unlink_account
from crm_store.use_cases.merging import (
    merge_customers,
    part_customers,
    preview_merge,
    suggest_same,
)
from crm_store.use_cases.unit_of_work import Store

Reason = Annotated[str, Field(min_length=1, max_length=MAX_SUMMARY, strict=True), AfterValidator(visible)]


class OtherCustomer(Checked):
    """Who would go into the customer of the path."""

    other: Id


class MergeBody(OtherCustomer):
    """Why they are one person; `decided`: although each has proven a log-in of their own."""

    reason: Reason
    decided: bool = False


class SuggestionObject(TypedDict):
    """Somebody who may be the same person; `score` is 0 to 100."""

    customer: FoundCustomer
    score: int
    because: list[str]
    against: list[str]


class MergePreviewObject(TypedDict):
    """What merging would do. `needs`: the permission for a decision against proofs, null without one."""

    kept_id: str
    merged_id: str
    moves: dict[str, int]
    fields: dict[str, Any]
    conflicts: list[str]
    needs: str | None


class MergedObject(TypedDict):
    """The line of the journal."""

    id: str
    kept_id: str
    merged_id: str
    reason: str
    at: str


@dataclass(frozen=True)
class SamePerson:
    """Handlers of one person with two records."""

    store: Store
    audit: Audit

    def routes(self) -> list[Route]:
        """What is served."""
        return [*self._reads(), *self._changes()]

    def _reads(self) -> list[Route]:
        read = Permission.CONVERSATIONS_READ
        return [
            Route(
                "GET",
                "/customers/{customer}/suggestions",
                read,
                self.suggest,
                "Who else may be this customer, the likeliest first, with the reasons",
                gives=listed(SuggestionObject),
            ),
            Route(
                "GET",
                "/customers/{customer}/merge",
                read,
                self.preview,
                "What merging another customer into this one would do",
                takes=OtherCustomer,
                gives=MergePreviewObject,
                refuses=("already_merged",),
            ),
        ]

    def _changes(self) -> list[Route]:
        write = Permission.CONVERSATIONS_WRITE
        return [
            Route(
                "POST",
                "/customers/{customer}/merge",
                write,
                self.merge,
                "Merge another customer into this one; it can be undone",
                takes=MergeBody,
                gives=MergedObject,
                refuses=("already_merged", "merge_needs_decision"),
            ),
            Route(
                "POST",
                "/customers/{customer}/part",
                write,
                self.part,
                "Undo the merge this customer went with",
                gives=MergedObject,
                refuses=("not_merged", "merged_later"),
            ),
            Route(
                "POST",
                "/customers/{customer}/identities/{identity}/disconnect",
                write,
                self.disconnect,
                "Take a connected account away from this customer",
                status=204,
            ),
        ]

    async def suggest(self, call: Call[Nothing]) -> Answer:
        """The words for the reasons are the console's."""
        customer_id = call.id("customer")
        found = await suggest_same(self.store, customer_id)
        await self.audit.saw("customer_read", call.who.id, customer_id=customer_id)
        return Answer({"items": [_suggestion(each) for each in found]})

    async def preview(self, call: Call[OtherCustomer]) -> Answer:
        """Nothing is changed."""
        found = await preview_merge(self.store, kept_id=call.id("customer"), merged_id=call.given.other)
        return Answer(_preview(found))

    async def merge(self, call: Call[MergeBody]) -> Answer:
        """Everything of the other one becomes this customer's."""
        given = call.given
        if given.decided and not call.who.may(Permission.MERGE_PROVEN):
            raise not_allowed(Permission.MERGE_PROVEN)
        kept_id = call.id("customer")
        merge = await merge_customers(
            self.store,
            kept_id=kept_id,
            merged_id=given.other,
            agent_id=call.who.id,
            reason=given.reason,
            decided=given.decided,
        )
        noted = {"merge": str(merge.id), "other": str(merge.merged_id), "decided": given.decided}
        return Answer(_merged(merge), noted=noted)

    async def part(self, call: Call[Nothing]) -> Answer:
        """Both have again what they had."""
        merged_id = call.id("customer")
        merge = await part_customers(self.store, merged_id=merged_id, agent_id=call.who.id)
        return Answer(_merged(merge), noted={"merge": str(merge.id), "other": str(merge.kept_id)})

    async def disconnect(self, call: Call[Nothing]) -> Answer:
        """The account is nobody's again."""
        customer_id, identity_id = call.id("customer"), call.id("identity")
        await unlink_account(self.store, identity_id, by=LinkedBy.AGENT, customer_id=customer_id)
        return Answer(None, status=204)


def _suggestion(found: Suggestion) -> SuggestionObject:
    values = found.record.values
    return {
        "customer": {
            "id": str(found.record.id),
            "name": values["name"],
            "name_bn": values["name_bn"],
            "phone": values["phone"],
            "email": values["email"],
            "tier": values["tier"],
        },
        "score": found.score,
        "because": [each.value for each in found.because],
        "against": [each.value for each in found.against],
    }


def _preview(found: MergePreview) -> MergePreviewObject:
    is_strong = any(conflict.is_strong for conflict in found.conflicts)
    return {
        "kept_id": str(found.kept_id),
        "merged_id": str(found.merged_id),
        "moves": dict(found.moves),
        "fields": plain(found.fields),
        "conflicts": [each.value for each in found.conflicts],
        "needs": Permission.MERGE_PROVEN.value if is_strong else None,
    }


def _merged(merge: Merge) -> MergedObject:
    return {
        "id": str(merge.id),
        "kept_id": str(merge.kept_id),
        "merged_id": str(merge.merged_id),
        "reason": merge.reason,
        "at": timestamp(merge.at),
    }
