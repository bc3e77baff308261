"""Addresses kept for coming orders; on both databases."""

import pytest

from crm_store.domain.addresses import MAX_ADDRESSES, AddressLabel
from crm_store.domain.errors import TooManyAddresses, VerificationNeeded
from crm_store.domain.orders import NewAddress
from crm_store.sql import SqlStore
from crm_store.use_cases.addresses import add_address, list_addresses
from tests.contracts.shop.visitors import act, enter, newest_kinds

KHULNA = NewAddress(line="House 7, Road 3", area="Boyra", city="Khulna", postcode="9000")


async def test_an_address_is_kept_beside_the_others(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    before = await list_addresses(store, tanvir)

    saved = await add_address(store, tanvir, KHULNA, key=await act(store, tanvir), name=AddressLabel.OFFICE)

    after = await list_addresses(store, tanvir)
    assert saved in after
    assert len(after) == len(before) + 1
    assert (saved.address.label, saved.name) == ("Boyra, Khulna", AddressLabel.OFFICE)
    assert await newest_kinds(store, tanvir) == ["address_added"]


async def test_the_first_address_is_the_default_and_later_ones_are_not(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    await add_address(store, tanvir, KHULNA, key=await act(store, tanvir))
    await add_address(store, tanvir, KHULNA, key=await act(store, tanvir))
    assert sum(saved.is_default for saved in await list_addresses(store, tanvir)) == 1


async def test_a_repeat_keeps_one_address(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    key = await act(store, tanvir)
    first = await add_address(store, tanvir, KHULNA, key=key)
    assert await add_address(store, tanvir, KHULNA, key=key) == first
    assert await newest_kinds(store, tanvir) == ["address_added"]


async def test_a_chat_cannot_fill_the_address_book(store: SqlStore) -> None:
    tanvir = await enter(store, "tanvir")
    for _ in range(MAX_ADDRESSES - len(await list_addresses(store, tanvir))):
        await add_address(store, tanvir, KHULNA, key=await act(store, tanvir))
    with pytest.raises(TooManyAddresses):
        await add_address(store, tanvir, KHULNA, key=await act(store, tanvir))


@pytest.mark.rules("G5")
async def test_a_visitor_keeps_and_sees_no_address(store: SqlStore) -> None:
    visitor = await enter(store, None)
    with pytest.raises(VerificationNeeded):
        await add_address(store, visitor, KHULNA, key=await act(store, visitor))
    with pytest.raises(VerificationNeeded):
        await list_addresses(store, visitor)
