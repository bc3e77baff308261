"""Who the customer is, and what they decide about themselves; on both databases."""

import pytest

from crm_store.domain.customers import Language, Tier
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.identities import Proof
from crm_store.sql import SqlStore
from crm_store.use_cases.customers import (
    current_customer,
    opt_in_personalisation,
    opt_out_personalisation,
    set_language,
)
from tests.contracts.shop.visitors import act, enter, fetch, newest_kinds, nobody


async def test_a_proven_customer_is_known(store: SqlStore) -> None:
    mitali = await current_customer(store, await enter(store, "mitali"))

    assert mitali is not None
    assert (mitali.name, mitali.given_name_bn) == ("Mitali Chakma", "মিতালী")
    assert (mitali.tier, mitali.language, mitali.proof) == (Tier.BRONZE, Language.BENGALI, Proof.SIGNED)
    assert mitali.consents.personalisation


@pytest.mark.parametrize(
    ("ref", "proof"), [(None, Proof.NONE), ("mitali", Proof.NONE), ("mitali", Proof.CLAIMED)]
)
async def test_nobody_else_is(store: SqlStore, ref: str | None, proof: Proof) -> None:
    assert await current_customer(store, await enter(store, ref, proof)) is None


async def test_a_conversation_that_does_not_exist_is_said_to_be_unknown(store: SqlStore) -> None:
    with pytest.raises(UnknownConversation):
        await current_customer(store, nobody())


async def test_a_language_is_remembered_for_the_next_conversation(store: SqlStore) -> None:
    first = await enter(store, "john")
    await set_language(store, first, "bn", key=await act(store, first))

    john = await current_customer(store, await enter(store, "john"))

    assert john is not None
    assert john.language is Language.BENGALI
    assert await newest_kinds(store, first) == ["language_chosen"]


@pytest.mark.parametrize(("ref", "proof"), [(None, Proof.NONE), ("mitali", Proof.CLAIMED)])
async def test_an_unproven_visitor_chooses_for_this_conversation_only(
    store: SqlStore, ref: str | None, proof: Proof
) -> None:
    visitor = await enter(store, ref, proof)
    await set_language(store, visitor, "bn-Latn", key=await act(store, visitor))

    [conversation] = await fetch(
        store, "SELECT language FROM conversations WHERE id = :conversation", conversation=visitor
    )
    mitali = await current_customer(store, await enter(store, "mitali"))

    assert conversation.language == "bn-Latn"
    assert mitali is not None
    assert mitali.language is Language.BENGALI


async def test_an_unknown_language_is_refused(store: SqlStore) -> None:
    john = await enter(store, "john")
    with pytest.raises(ValueError, match="fr"):
        await set_language(store, john, "fr", key=await act(store, john))


async def test_a_repeated_turn_chooses_once(store: SqlStore) -> None:
    john = await enter(store, "john")
    language, opt_out = await act(store, john), await act(store, john)
    for _ in range(2):
        await set_language(store, john, "bn", key=language)
        await opt_out_personalisation(store, john, key=opt_out)

    assert sorted(await newest_kinds(store, john)) == ["language_chosen", "personalisation_refused"]


async def test_a_late_repeat_does_not_undo_a_newer_choice(store: SqlStore) -> None:
    john = await enter(store, "john")
    earlier = await act(store, john)
    await opt_out_personalisation(store, john, key=earlier)
    await opt_in_personalisation(store, john, key=await act(store, john))
    await opt_out_personalisation(store, john, key=earlier)

    known = await current_customer(store, john)
    assert known is not None
    assert known.consents.personalisation


async def test_opting_out_can_be_taken_back(store: SqlStore) -> None:
    john = await enter(store, "john")

    await opt_out_personalisation(store, john, key=await act(store, john))
    opted_out = await current_customer(store, john)
    await opt_in_personalisation(store, john, key=await act(store, john))
    back = await current_customer(store, john)

    assert opted_out is not None
    assert back is not None
    assert (opted_out.consents.personalisation, back.consents.personalisation) == (False, True)
    assert await newest_kinds(store, john) == ["personalisation_refused", "personalisation_allowed"]
