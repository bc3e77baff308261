"""One-time links and codes that connect an account on another channel (G5)."""

import asyncio

import pytest
import sqlalchemy as sa

from crm_store.domain.channels import UPDATES_KEPT, AccountState
from crm_store.domain.errors import (
    IdentityConflict,
    LinkUnusable,
    NotLinked,
    TooManyGuesses,
    TurnLost,
    VerificationNeeded,
)
from crm_store.domain.identities import Proof
from crm_store.domain.linking import (
    CODE_LIFETIME,
    GUESSES_FORGOTTEN,
    LINK_LIFETIME,
    MAX_GUESSES,
    Disconnected,
    Linked,
    LinkedBy,
    new_code,
)
from crm_store.domain.received import Place, Sender
from crm_store.sql import SqlStore
from crm_store.sql.tables import channel_identities, conversations, interactions, link_tokens
from crm_store.use_cases.applied_actions import ActionKey
from crm_store.use_cases.conversations import list_events
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.linking import (
    confirm_link,
    decline_link,
    disconnect_once,
    introduce_account,
    list_accounts,
    list_connectable,
    offer_link,
    offer_link_to,
    open_link,
    redeem_code,
    unlink_account,
)
from crm_store.use_cases.outbox import claim_outbox, mark_sent
from crm_store.use_cases.platforms import forget_old_updates, set_account_state
from crm_store.use_cases.receiving import find_conversation
from crm_store.use_cases.turns import commit_turn
from tests.agents import resolve
from tests.contracts.conftest import Clock
from tests.contracts.conversing import LEASE_S, answer, claim, make_customer, make_visitor
from tests.contracts.linking import redeem_link
from tests.contracts.telegraphing import Person

PHONE = Sender("telegram", "7001", "user:42", display_name="Rahima", username="rahima")
OTHER = Sender("telegram", "7001", "user:43")
HERE = Place(address={"chat": 42})
WRONG = "AAAA-AAAA"


async def _identity(store: SqlStore, account: Sender) -> sa.Row[tuple[object, ...]]:
    async with store.read() as uow:
        query = sa.select(channel_identities).where(channel_identities.c.source_id == account.source_id)
        return (await uow.connection.execute(query)).one()


async def _talks_in_private(store: SqlStore, account: Sender) -> object:
    """A conversation in the account's private chat, and a line of history about it, that nobody owns."""
    identity, conversation = new_id(), new_id()
    async with store.begin() as uow:
        there = {"channel": account.channel, "account": account.account}
        row = {"id": identity, "source_id": account.source_id, "proof": "none", "created_at": uow.now}
        await uow.connection.execute(channel_identities.insert().values(**there, **row))
        row = {"id": conversation, "identity_id": identity, "created_at": uow.now}
        await uow.connection.execute(conversations.insert().values(**there, **row))
        line = {"kind": "ticket_opened", "conversation_id": conversation, "at": uow.now}
        await uow.connection.execute(interactions.insert().values(actor="customer", facts={}, **line))
        await uow.commit()
    return conversation


async def _owners(store: SqlStore, conversation: object) -> list[object]:
    async with store.read() as uow:
        talk = sa.select(conversations.c.customer_id).where(conversations.c.id == conversation)
        line = sa.select(interactions.c.customer_id).where(interactions.c.conversation_id == conversation)
        found = [(await uow.connection.execute(talk)).scalar_one()]
        return found + list((await uow.connection.execute(line)).scalars())


@pytest.mark.rules("G5")
async def test_only_a_customer_who_is_logged_in_gets_a_link(store: SqlStore) -> None:
    visitor = await make_visitor(store)
    with pytest.raises(VerificationNeeded):
        await offer_link(store, visitor.conversation_id)


@pytest.mark.rules("G5")
async def test_a_link_proves_the_account_and_works_once(store: SqlStore) -> None:
    rahima = await make_customer(store)
    offer = await offer_link(store, rahima.conversation_id)
    linked = await redeem_link(store, PHONE, HERE, offer.token)
    assert (linked.already, linked.origin) == (False, rahima.conversation_id)
    identity = await _identity(store, PHONE)
    assert (identity.customer_id, identity.proof) == (linked.customer_id, Proof.SIGNED)
    with pytest.raises(LinkUnusable):
        await redeem_link(store, OTHER, HERE, offer.token)


@pytest.mark.rules("G5")
async def test_a_code_is_understood_however_it_is_typed(store: SqlStore) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    await redeem_code(store, PHONE, HERE, f" {offer.code.lower().replace('-', ' ')} ")
    assert (await _identity(store, PHONE)).proof == Proof.CODE


@pytest.mark.rules("G5")
async def test_links_and_codes_run_out(store: SqlStore, clock: Clock) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    clock.advance(CODE_LIFETIME.total_seconds())
    with pytest.raises(LinkUnusable):
        await redeem_code(store, PHONE, HERE, offer.code)
    clock.advance((LINK_LIFETIME - CODE_LIFETIME).total_seconds())
    with pytest.raises(LinkUnusable):
        await redeem_link(store, PHONE, HERE, offer.token)


async def test_a_new_link_takes_the_older_ones_out_of_use(store: SqlStore) -> None:
    rahima = await make_customer(store)
    first = await offer_link(store, rahima.conversation_id)
    await offer_link(store, rahima.conversation_id)
    with pytest.raises(LinkUnusable):
        await redeem_link(store, PHONE, HERE, first.token)


@pytest.mark.rules("G5")
async def test_wrong_codes_of_one_account_are_counted_and_soon_refused(store: SqlStore, clock: Clock) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    for _ in range(MAX_GUESSES):
        with pytest.raises(LinkUnusable):
            await redeem_code(store, PHONE, HERE, WRONG)
    with pytest.raises(TooManyGuesses):
        await redeem_code(store, PHONE, HERE, offer.code)
    await redeem_code(store, OTHER, HERE, offer.code)  # somebody else's guesses are their own
    clock.advance(GUESSES_FORGOTTEN.total_seconds() + 1)
    again = await offer_link(store, (await make_customer(store)).conversation_id)
    await redeem_code(store, PHONE, HERE, again.code)


@pytest.mark.rules("G5")
async def test_a_text_that_cannot_be_a_code_is_a_wrong_guess_too(store: SqlStore) -> None:
    for _ in range(MAX_GUESSES):
        with pytest.raises(LinkUnusable):
            await redeem_code(store, PHONE, HERE, "")
    with pytest.raises(TooManyGuesses):
        await redeem_code(store, PHONE, HERE, new_code())


@pytest.mark.rules("G5")
async def test_the_store_keeps_no_secret_it_could_give_away(store: SqlStore) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    async with store.read() as uow:
        kept = [bytes(row.secret_hash) for row in await uow.connection.execute(sa.select(link_tokens))]
    assert len(kept) == 2
    assert all(len(each) == 32 for each in kept)
    assert offer.token.encode() not in b"".join(kept)


@pytest.mark.rules("G4")
async def test_a_link_used_twice_at_once_connects_one(store: SqlStore) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    ended = await asyncio.gather(
        redeem_link(store, PHONE, HERE, offer.token),
        redeem_link(store, OTHER, HERE, offer.token),
        return_exceptions=True,
    )
    assert sorted(isinstance(each, LinkUnusable) for each in ended) == [False, True]


@pytest.mark.rules("G7")
async def test_an_account_proven_to_be_somebody_elses_stays_theirs(store: SqlStore) -> None:
    rahima, tanvir = await make_customer(store), await make_customer(store, "tanvir")
    first = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    with pytest.raises(IdentityConflict):
        await redeem_link(store, PHONE, HERE, (await offer_link(store, tanvir.conversation_id)).token)
    assert (await _identity(store, PHONE)).customer_id == first.customer_id


async def test_connecting_again_changes_nothing(store: SqlStore) -> None:
    rahima = await make_customer(store)
    await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    again = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    assert again.already
    assert len([one for one in await list_accounts(store, rahima.conversation_id) if one.linked_at]) == 1


@pytest.mark.rules("G7")
async def test_what_was_said_before_comes_along_and_leaves_again(store: SqlStore) -> None:
    conversation = await _talks_in_private(store, PHONE)
    rahima = await make_customer(store)
    linked = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    assert await _owners(store, conversation) == [linked.customer_id, linked.customer_id]
    await unlink_account(store, linked.identity_id, by=LinkedBy.CUSTOMER, customer_id=linked.customer_id)
    assert await _owners(store, conversation) == [None, None]
    identity = await _identity(store, PHONE)
    assert (identity.customer_id, identity.proof) == (None, Proof.NONE)


@pytest.mark.rules("G5")
async def test_nobody_disconnects_somebody_elses_account(store: SqlStore) -> None:
    rahima = await make_customer(store)
    linked = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    with pytest.raises(NotLinked):
        await unlink_account(store, linked.identity_id, by=LinkedBy.CUSTOMER, customer_id=new_id())
    with pytest.raises(NotLinked):
        await unlink_account(store, new_id(), by=LinkedBy.AGENT)


async def _connected(store: SqlStore) -> tuple[Person, Linked]:
    """Rahima's Telegram account, connected with her shop account."""
    rahima = await make_customer(store)
    linked = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    while (item := await claim_outbox(store, lease_seconds=LEASE_S)) is not None:
        await mark_sent(store, item)  # she was told so
    return Person(store, PHONE, HERE), linked


async def _disconnect(store: SqlStore, linked: Linked) -> None:
    await unlink_account(store, linked.identity_id, by=LinkedBy.CUSTOMER, customer_id=linked.customer_id)


@pytest.mark.rules("G5")
async def test_what_waits_for_a_disconnected_account_is_not_sent(store: SqlStore) -> None:
    phone, linked = await _connected(store)
    await phone.write("Where is my order?")
    await commit_turn(store, await claim(store), answer("It is in Sylhet."), keep_lease=False)
    await _disconnect(store, linked)
    assert await claim_outbox(store, lease_seconds=LEASE_S) is None


@pytest.mark.rules("G5")
async def test_a_turn_under_way_does_not_answer_a_disconnected_account(store: SqlStore) -> None:
    phone, linked = await _connected(store)
    await phone.write("Where is my order?")
    before = await claim(store)
    assert before.facts.verified
    await _disconnect(store, linked)
    with pytest.raises(TurnLost):
        await commit_turn(store, before, answer("It is in Sylhet."), keep_lease=False)
    assert not (await claim(store)).facts.verified  # it is answered anew, as to anybody


@pytest.mark.rules("G5", "G4")
async def test_the_chat_that_disconnects_itself_is_told_so_and_knows_nobody_afterwards(
    store: SqlStore,
) -> None:
    phone, linked = await _connected(store)
    there = (await phone.write("disconnect me")).conversation_id
    turn = await claim(store)
    key = ActionKey(turn.message.id, "action_disconnect_account", 0)
    gone = await disconnect_once(store, there, linked.identity_id, key=key)
    assert gone == Disconnected("telegram", is_this_chat=True)
    assert await disconnect_once(store, there, linked.identity_id, key=key) == gone
    await commit_turn(store, turn, answer("Done."), keep_lease=False)
    item = await claim_outbox(store, lease_seconds=LEASE_S)
    assert item is not None
    assert item.text == "Done."
    await phone.write("and now?")
    assert not (await claim(store)).facts.verified


@pytest.mark.rules("G5")
async def test_another_chats_turn_is_lost_when_the_website_disconnects_it(store: SqlStore) -> None:
    phone, linked = await _connected(store)
    await phone.write("Where is my order?")
    before = await claim(store)
    website = await (await make_visitor(store)).log_in("rahima")
    key = ActionKey((await website.write("disconnect telegram")).id, "action_disconnect_account", 0)
    gone = await disconnect_once(store, website.conversation_id, linked.identity_id, key=key)
    assert gone == Disconnected("telegram", is_this_chat=False)
    with pytest.raises(TurnLost):
        await commit_turn(store, before, answer("It is in Sylhet."), keep_lease=False)


@pytest.mark.rules("G5")
async def test_in_the_dialogue_too_nobody_disconnects_somebody_elses_account(store: SqlStore) -> None:
    _, linked = await _connected(store)
    tanvir = await make_customer(store, "tanvir")
    key = ActionKey((await tanvir.write("disconnect")).id, "action_disconnect_account", 0)
    with pytest.raises(NotLinked):
        await disconnect_once(store, tanvir.conversation_id, linked.identity_id, key=key)
    stranger = await make_visitor(store)
    key = ActionKey((await stranger.write("disconnect")).id, "action_disconnect_account", 0)
    with pytest.raises(VerificationNeeded):
        await disconnect_once(store, stranger.conversation_id, linked.identity_id, key=key)


@pytest.mark.rules("G5")
async def test_a_disconnected_account_does_not_go_on_in_a_finished_talk(store: SqlStore) -> None:
    phone, rahima = Person(store, PHONE, HERE), await make_customer(store)
    linked = await redeem_code(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).code)
    there = (await phone.write("Where is my order?")).conversation_id
    await resolve(store, there)
    await _disconnect(store, linked)
    assert (await phone.write("and now?")).conversation_id != there


@pytest.mark.rules("G5")
async def test_a_talk_that_was_brought_along_and_finished_forgets_whose_it_was(store: SqlStore) -> None:
    phone, rahima = Person(store, PHONE, HERE), await make_customer(store)
    there = (await phone.write("hi")).conversation_id
    await commit_turn(store, await claim(store), answer("Hello!"), keep_lease=False)
    linked = await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    await phone.write("Where is my order?")
    slots: dict[str, object] = {"slots": {"order": "KT-10301"}}
    await commit_turn(store, await claim(store), answer("In Sylhet.", state=slots), keep_lease=False)
    await resolve(store, there)
    await _disconnect(store, linked)
    assert (await phone.write("and now?")).conversation_id == there
    turn = await claim(store)
    assert (turn.state, turn.facts.verified) == (None, False)


@pytest.mark.rules("G5")
async def test_opening_a_link_connects_nothing_yet(store: SqlStore) -> None:
    rahima = await make_customer(store)
    offer = await offer_link(store, rahima.conversation_id)
    opened = await open_link(store, PHONE, HERE, offer.token, key="m1")
    await open_link(store, PHONE, HERE, offer.token, key="m1")  # the platform sends it again
    assert opened.linked is None
    identity = await _identity(store, PHONE)
    assert (identity.customer_id, identity.proof) == (None, Proof.NONE)
    assert await rahima.texts() == []
    here = await find_conversation(store, PHONE, HERE)
    assert here is not None
    [asked] = await list_events(store, here, after_seq=0)
    assert "the shop account of Rahima" in str(asked.text)
    assert asked.card == {"type": "confirm_link", "offer": str(opened.offer_id)}
    assert offer.token not in str(asked)


@pytest.mark.rules("G5")
async def test_only_who_opened_a_link_can_say_that_it_is_theirs(store: SqlStore) -> None:
    rahima = await make_customer(store)
    offer = await offer_link(store, rahima.conversation_id)
    opened = await open_link(store, PHONE, HERE, offer.token, key="m1")
    for stranger in (
        confirm_link(store, OTHER, HERE, opened.offer_id),
        decline_link(store, OTHER, opened.offer_id),
    ):
        with pytest.raises(LinkUnusable):
            await stranger
    with pytest.raises(LinkUnusable):
        await confirm_link(store, PHONE, HERE, new_id())
    assert not (await confirm_link(store, PHONE, HERE, opened.offer_id)).already


@pytest.mark.rules("G4", "G5")
async def test_a_yes_that_comes_again_changes_nothing(store: SqlStore) -> None:
    rahima = await make_customer(store)
    opened = await open_link(
        store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token, key="m1"
    )
    first = await confirm_link(store, PHONE, HERE, opened.offer_id)
    again = await confirm_link(store, PHONE, HERE, opened.offer_id)
    assert (first.already, again.already, again.identity_id) == (False, True, first.identity_id)
    assert len(await rahima.texts()) == 1
    with pytest.raises(LinkUnusable):  # it is theirs, and said so
        await decline_link(store, PHONE, opened.offer_id)
    await _disconnect(store, first)
    with pytest.raises(LinkUnusable):
        await confirm_link(store, PHONE, HERE, opened.offer_id)


@pytest.mark.rules("G5")
async def test_a_no_ends_the_link_for_everybody(store: SqlStore) -> None:
    offer = await offer_link(store, (await make_customer(store)).conversation_id)
    opened = await open_link(store, PHONE, HERE, offer.token, key="m1")
    await decline_link(store, PHONE, opened.offer_id)
    await decline_link(store, PHONE, opened.offer_id)
    for again in (
        confirm_link(store, PHONE, HERE, opened.offer_id),
        open_link(store, OTHER, HERE, offer.token, key="m2"),
    ):
        with pytest.raises(LinkUnusable):
            await again
    assert (await _identity(store, PHONE)).customer_id is None


@pytest.mark.rules("G5")
async def test_a_yes_that_comes_too_late_connects_nothing(store: SqlStore, clock: Clock) -> None:
    rahima = await make_customer(store)
    offer = await offer_link(store, rahima.conversation_id)
    opened = await open_link(store, PHONE, HERE, offer.token, key="m1")
    clock.advance(LINK_LIFETIME.total_seconds())
    with pytest.raises(LinkUnusable):
        await confirm_link(store, PHONE, HERE, opened.offer_id)
    newer = await open_link(
        store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token, key="m2"
    )
    await offer_link(store, rahima.conversation_id)  # and the one asked about was taken out of use
    with pytest.raises(LinkUnusable):
        await confirm_link(store, PHONE, HERE, newer.offer_id)


async def test_links_that_ran_out_are_forgotten(store: SqlStore, clock: Clock) -> None:
    rahima = await make_customer(store)
    await offer_link(store, rahima.conversation_id)
    clock.advance((LINK_LIFETIME + UPDATES_KEPT).total_seconds())
    offer = await offer_link(store, rahima.conversation_id)
    clock.advance(CODE_LIFETIME.total_seconds() - 1)
    await forget_old_updates(store)
    async with store.read() as uow:
        kept = sa.select(sa.func.count()).select_from(link_tokens)
        assert (await uow.connection.execute(kept)).scalar_one() == 2
    await redeem_code(store, PHONE, HERE, offer.code)


@pytest.mark.rules("G5")
async def test_both_sides_hear_of_it(store: SqlStore) -> None:
    rahima = await make_customer(store)
    await redeem_link(store, PHONE, HERE, (await offer_link(store, rahima.conversation_id)).token)
    [told] = await rahima.texts()
    assert told is not None
    assert "Telegram account @rahima" in told
    assert "disconnect" in told
    there = await find_conversation(store, PHONE, HERE)
    assert there is not None
    asked, here = await list_events(store, there, after_seq=0)
    assert str(asked.text).startswith("Shall I connect")
    assert str(here.text).startswith("Connected. I know you here now, Rahima")


@pytest.mark.rules("G5")
async def test_who_used_the_shops_own_page_hears_of_it_in_the_chat_too(store: SqlStore) -> None:
    rahima = await make_customer(store)
    await redeem_link(store, PHONE, HERE, (await offer_link_to(store, "rahima")).token)
    [told] = await rahima.texts()
    assert "Telegram account @rahima" in str(told)


async def test_customers_can_connect_the_accounts_that_told_their_name(store: SqlStore) -> None:
    url = "https://t.me/kotha_bot?start={token}"
    await introduce_account(store, "telegram", "7001", name="@kotha_bot", connect_url=url)
    await introduce_account(store, "slack", "T1", name="Kotha", connect_url=None)
    await set_account_state(store, "slack", "T1", AccountState.REVOKED, "uninstalled")
    assert [(one.name, one.connect_url) for one in await list_connectable(store)] == [("@kotha_bot", url)]
