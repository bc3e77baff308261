"""Two customers who are one person: everything of one goes to the other, and back exactly (G7).

The rule for what comes after a merge: what was made for the customer who stays, stays; what was said in a
conversation goes where its channel identity goes.
"""

from typing import Final
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.errors import (
    AlreadyMerged,
    MergedLater,
    MergeNeedsDecision,
    NotMerged,
    UnknownCustomer,
)
from crm_store.domain.likeness import Candidate, Suggestion, looking_words, rank
from crm_store.domain.merging import (
    CustomerRecord,
    Merge,
    MergePreview,
    changed_fields,
    find_conflicts,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

WORDS: Final = "customer_words"
CANDIDATES: Final = (
    50  # found by the most words; the right one shares its phone or e-mail, so it is among them
)
SHOWN: Final = 5


async def preview_merge(store: Store, *, kept_id: UUID, merged_id: UUID) -> MergePreview:
    """What `merge_customers` would do. Raises UnknownCustomer, AlreadyMerged."""
    async with store.read() as uow:
        kept, merged = await _both(uow, kept_id, merged_id, lock=False)
        rows = await uow.merges.list_owned(merged_id)
        changed = changed_fields(kept, merged)
        return MergePreview(
            kept_id=kept_id,
            merged_id=merged_id,
            moves={name: len(keys) for name, keys in rows.items()},
            fields={name: after for name, (_, after) in changed.items()},
            conflicts=find_conflicts(kept, merged),
        )


async def merge_customers(
    store: Store,
    *,
    kept_id: UUID,
    merged_id: UUID,
    agent_id: UUID | None,
    reason: str,
    decided: bool = False,
) -> Merge:
    """Everything of `merged_id` becomes `kept_id`'s. `decided`: somebody with the right to overrules proofs.

    Raises UnknownCustomer, AlreadyMerged, and MergeNeedsDecision when both have proven log-ins.
    """
    async with store.begin() as uow:
        kept, merged = await _both(uow, kept_id, merged_id, lock=True)
        if not decided and any(conflict.is_strong for conflict in find_conflicts(kept, merged)):
            raise MergeNeedsDecision(f"{kept_id}, {merged_id}")
        rows = dict(await uow.merges.list_owned(merged_id))
        await uow.merges.move(rows, merged_id, kept_id)
        stepped_back = await uow.merges.unset_default_addresses(kept_id, rows)
        rows[WORDS] = await uow.merges.copy_words(merged_id, kept_id)
        fields = changed_fields(kept, merged)
        await uow.merges.change(kept_id, {name: after for name, (_, after) in fields.items()})
        await uow.merges.change(merged_id, {"merged_into": kept_id})
        merge = Merge(new_id(), kept_id, merged_id, agent_id, reason, uow.now, fields)
        await uow.merges.add(merge, rows, stepped_back)
        await _remember(uow, "customers_merged", merge)
        await uow.commit()
        return merge


async def part_customers(store: Store, *, merged_id: UUID, agent_id: UUID | None) -> Merge:
    """Undo the merge this customer went with: both have again exactly what they had.

    Raises UnknownCustomer, NotMerged, and MergedLater when the one who stayed was merged into a third.
    """
    async with store.begin() as uow:
        merge = await uow.merges.find_standing(merged_id)
        if merge is None:
            known = await uow.merges.find_customers([merged_id])
            raise NotMerged(str(merged_id)) if known else UnknownCustomer(str(merged_id))
        kept = await _find_kept(uow, merge)
        later = await uow.merges.list_later(merge.kept_id, merge)
        rows, stepped_back = await uow.merges.list_rows(merge.id)
        for going in (rows, later):
            await uow.merges.move(going, merge.kept_id, merged_id)
        await uow.merges.set_default_addresses(stepped_back)
        await uow.merges.remove_words(merge.kept_id, rows.get(WORDS, ()))
        await uow.merges.change(merge.kept_id, _fields_to_restore(kept, merge))
        await uow.merges.change(merged_id, {"merged_into": None})
        await uow.merges.forget_dialogues((merge.kept_id, merged_id))
        await uow.merges.undo(merge.id, agent_id, uow.now)
        await _remember(uow, "customers_parted", merge)
        await uow.commit()
        return merge


async def list_merges(store: Store, customer_id: UUID) -> list[Merge]:
    """The merges this customer took part in, newest first."""
    async with store.read() as uow:
        return await uow.merges.list_of(customer_id)


async def suggest_same(store: Store, customer_id: UUID) -> list[Suggestion]:
    """Who else may be this customer, the likeliest first, with the reasons. Raises UnknownCustomer."""
    async with store.read() as uow:
        found = await uow.merges.find_customers([customer_id])
        if not found:
            raise UnknownCustomer(str(customer_id))
        others = await uow.merges.find_candidates(looking_words(found[0]), CANDIDATES)
        homes = await uow.merges.list_homes([customer_id, *(other.id for other in others)])
        this, *rest = (Candidate(each, homes.get(each.id, ())) for each in (found[0], *others))
        return rank(this, rest)[:SHOWN]


async def _both(
    uow: UnitOfWork, kept_id: UUID, merged_id: UUID, *, lock: bool
) -> tuple[CustomerRecord, CustomerRecord]:
    found = {each.id: each for each in await uow.merges.find_customers((kept_id, merged_id), lock=lock)}
    if len(found) < 2:  # two ids of one customer too
        raise UnknownCustomer(f"{kept_id}, {merged_id}")
    if any(each.merged_into for each in found.values()):
        raise AlreadyMerged(f"{kept_id}, {merged_id}")
    return found[kept_id], found[merged_id]


async def _find_kept(uow: UnitOfWork, merge: Merge) -> CustomerRecord:
    kept = {
        each.id: each for each in await uow.merges.find_customers((merge.kept_id, merge.merged_id), lock=True)
    }
    if kept[merge.kept_id].merged_into is not None:
        raise MergedLater(str(merge.kept_id))
    return kept[merge.kept_id]


def _fields_to_restore(kept: CustomerRecord, merge: Merge) -> dict[str, object]:
    """What was changed again since the merge is the customer's newer word."""
    return {name: before for name, (before, after) in merge.fields.items() if kept.values[name] == after}


async def _remember(uow: UnitOfWork, kind: str, merge: Merge) -> None:
    facts = {"merge": str(merge.id), "merged": str(merge.merged_id)}
    actor = Author.AGENT if merge.agent_id else Author.SYSTEM
    await uow.interactions.append(Interaction(kind, uow.now, merge.kept_id, actor=actor, facts=facts))
