"""Connecting an account on another channel: a one-time link or code of a customer who is logged in (G5)."""

from typing import Final
from uuid import UUID

from crm_store.domain.channels import AccountState, ChannelAccount
from crm_store.domain.conversations import Author
from crm_store.domain.customers import Language
from crm_store.domain.errors import (
    IdentityConflict,
    LinkUnusable,
    NotLinked,
    TooManyGuesses,
    UnknownCustomer,
)
from crm_store.domain.identities import ConversationParty, Proof
from crm_store.domain.linking import (
    CODE_LIFETIME,
    GUESSES_FORGOTTEN,
    LINK_LIFETIME,
    MAX_GUESSES,
    Disconnected,
    Linked,
    LinkedAccount,
    LinkedBy,
    LinkKind,
    LinkOffer,
    WayIn,
    new_code,
    new_link_token,
    proof_of,
    read_code,
    shown_account,
    way_in,
)
from crm_store.domain.received import Place, Sender
from crm_store.domain.sessions import hash_token
from crm_store.use_cases.applied_actions import (
    ActionKey,
    access_party,
    apply_once,
    verified_customer,
)
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.insisting import insist
from crm_store.use_cases.notices import language_of
from crm_store.use_cases.ports.conversations import Told
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.ports.linking import FoundLinkToken, IdentityLink, NewLinkToken
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.receiving import find_or_add_sender, find_or_open
from crm_store.use_cases.telling import tell_in
from crm_store.use_cases.unit_of_work import Store, UnitOfWork
from crm_store.wording import say

HERE: Final = "account_connected_here"


async def offer_link(store: Store, conversation_id: UUID) -> LinkOffer:
    """A link and a code that connect whoever opens them to the customer of this conversation.

    Earlier ones stop working. Raises UnknownConversation, and VerificationNeeded unless they are logged in.
    """
    async with store.begin() as uow:
        customer_id = verified_customer(await access_party(uow, conversation_id))
        return await _offer(uow, customer_id, conversation_id)


async def offer_way_in(store: Store, conversation_id: UUID, channel: str) -> WayIn | None:
    """A way into `channel` for the customer of this conversation; None where nothing can be connected.

    Raises UnknownConversation, VerificationNeeded.
    """
    accounts = [each for each in await list_connectable(store) if each.channel == channel]
    return way_in(accounts[0], await offer_link(store, conversation_id)) if accounts else None


async def offer_link_to(store: Store, external_ref: str) -> LinkOffer:
    """The same for the customer a shop's own log-in names.

    Raises UnknownCustomer.
    """
    async with store.begin() as uow:
        customer_id = await uow.identities.find_customer(external_ref)
        if customer_id is None:
            raise UnknownCustomer(external_ref)
        return await _offer(uow, customer_id, None)


async def _offer(uow: UnitOfWork, customer_id: UUID, conversation_id: UUID | None) -> LinkOffer:
    token, code = new_link_token(), new_code()
    await uow.links.withdraw_offers(customer_id, uow.now)
    offer = LinkOffer(token, uow.now + LINK_LIFETIME, code, uow.now + CODE_LIFETIME)
    for kind, secret, expires_at in (
        (LinkKind.LINK, token, offer.token_expires_at),
        (LinkKind.CODE, read_code(code) or code, offer.code_expires_at),
    ):
        new = NewLinkToken(hash_token(secret), kind, customer_id, conversation_id, expires_at)
        await uow.links.offer(new, uow.now)
    await uow.commit()
    return offer


async def redeem_link(store: Store, sender: Sender, place: Place, token: str) -> Linked:
    """Connect `sender`, who is in the private `place`, with the token of a one-time link.

    Both sides are told. Raises LinkUnusable, IdentityConflict.
    """
    return await _redeem(store, sender, place, LinkKind.LINK, token)


async def redeem_code(store: Store, sender: Sender, place: Place, written: str) -> Linked:
    """The same with a typed one-time code; wrong ones are counted for the account.

    Raises LinkUnusable, TooManyGuesses, IdentityConflict.
    """
    return await _redeem(store, sender, place, LinkKind.CODE, read_code(written))


async def _redeem(store: Store, sender: Sender, place: Place, kind: LinkKind, secret: str | None) -> Linked:
    if place.is_public:
        raise AssertionError("accounts are connected in private only (CH6)")
    return await insist(lambda: _redeem_once(store, sender, place, kind, secret))


async def _redeem_once(
    store: Store, sender: Sender, place: Place, kind: LinkKind, secret: str | None
) -> Linked:
    async with store.begin() as uow:
        found_or_new = await find_or_add_sender(uow, sender)
        identity = await uow.links.find_identity(found_or_new.id) or found_or_new
        if kind is LinkKind.CODE:
            await _check_guesses(uow, identity.id)
        found = await uow.links.find_offer(hash_token(secret), kind, uow.now) if secret else None
        if found is None:
            if kind is LinkKind.CODE:
                await uow.links.add_wrong(identity.id, uow.now, uow.now - GUESSES_FORGOTTEN)
                await uow.commit()
            raise LinkUnusable(sender.channel)
        linked = await _connect(uow, identity, found, sender.proof)
        await _tell_both(uow, sender, place, linked, found.id)
        await uow.commit()
        return linked


async def _tell_both(uow: UnitOfWork, sender: Sender, place: Place, linked: Linked, key: UUID) -> None:
    """Here, and on the website where the link was made: whoever did not do this has to hear of it."""
    identity = await uow.identities.find(sender.channel, sender.account, sender.source_id)
    if identity is None:
        return
    here = await find_or_open(uow, identity, place, language=sender.language)
    await _tell(uow, here, linked, sender, key, "account_connected_before" if linked.already else HERE)
    website = linked.origin or await uow.links.find_on_website(linked.customer_id)
    if website is not None and not linked.already:
        await _tell(uow, website, linked, sender, key, "account_connected")


async def _tell(
    uow: UnitOfWork, conversation_id: UUID, linked: Linked, sender: Sender, key: UUID, words: str
) -> None:
    handled = await uow.handling.find(conversation_id, lock=True)
    if handled is None:
        return
    language = language_of(handled)
    called = shown_account(sender.username, sender.display_name) or ""
    name = linked.name.name_bn if language == Language.BENGALI and linked.name.name_bn else linked.name.name
    text = say(language, words, channel=sender.channel.title(), account=called, customer=name)
    told = Told(new_id(), conversation_id, f"linked:{key}:{words}", text, language)
    await tell_in(uow, told)


async def _check_guesses(uow: UnitOfWork, identity_id: UUID) -> None:
    wrong = await uow.links.count_wrong(identity_id, uow.now - GUESSES_FORGOTTEN)
    if wrong >= MAX_GUESSES:
        raise TooManyGuesses(GUESSES_FORGOTTEN.total_seconds())


async def _connect(uow: UnitOfWork, identity: Identity, found: FoundLinkToken, vouched: Proof) -> Linked:
    """Strong proof of two different customers is a conflict: a person has to look (G7)."""
    already = identity.customer_id == found.customer_id and identity.proof.is_verified
    if not already:
        if identity.customer_id not in (None, found.customer_id) and identity.proof.is_verified:
            raise IdentityConflict(str(identity.id))
        by = LinkedBy(found.kind.value)
        proof = max(proof_of(found.kind), vouched, key=lambda each: each.strength)
        await _link(uow, identity, found.customer_id, proof=proof, by=by)
    if not await uow.links.use_offer(found.id, uow.now):
        raise LinkUnusable(identity.channel)
    name = await uow.links.name_of(found.customer_id)
    return Linked(found.customer_id, identity.id, already, found.conversation_id, name)


async def _link(
    uow: UnitOfWork,
    identity: Identity,
    customer_id: UUID,
    *,
    proof: Proof,
    by: LinkedBy,
    agent_id: UUID | None = None,
) -> None:
    await uow.links.set_owner(identity.id, customer_id, proof)
    attached = await uow.links.attach_rows(identity.id, customer_id)
    await uow.links.add_link(
        IdentityLink(
            id=new_id(),
            identity_id=identity.id,
            customer_id=customer_id,
            linked_by=by,
            at=uow.now,
            proof_before=identity.proof,
            proof_after=proof,
            agent_id=agent_id,
            attached=attached,
        )
    )
    await _remember(uow, "account_connected", identity, customer_id, by)


async def unlink_account(
    store: Store, identity_id: UUID, *, by: LinkedBy, customer_id: UUID | None = None
) -> None:
    """The account is nobody's again: what was attached leaves with it, finished talks of meanwhile stay.

    With `customer_id` only when it is that customer's. Raises NotLinked.
    """
    async with store.begin() as uow:
        await _unlink(uow, identity_id, by, customer_id)
        await uow.commit()


async def _unlink(
    uow: UnitOfWork,
    identity_id: UUID,
    by: LinkedBy,
    customer_id: UUID | None,
    *,
    asked_in: UUID | None = None,
) -> Identity:
    identity = await uow.links.find_identity(identity_id)
    link = await uow.links.find_link(identity_id)
    if identity is None or link is None or identity.customer_id is None:
        raise NotLinked(str(identity_id))
    if customer_id is not None and identity.customer_id != customer_id:
        raise NotLinked(str(identity_id))
    await uow.links.set_owner(identity.id, None, link.proof_before)
    await uow.links.detach_rows(link, asked_in=asked_in)
    # What was made for the customer, and has not left yet, is not for whoever has the account now.
    await uow.outbox.withhold_from(identity.id, "the account was disconnected", uow.now)
    await uow.links.end_link(link.id, by, uow.now)
    await _remember(uow, "account_disconnected", identity, identity.customer_id, by)
    return identity


async def disconnect_own(store: Store, conversation_id: UUID, identity_id: UUID) -> None:
    """The customer of this conversation disconnects an account of theirs.

    Raises VerificationNeeded, NotLinked, UnknownConversation.
    """
    async with store.read() as uow:
        customer_id = verified_customer(await access_party(uow, conversation_id))
    await unlink_account(store, identity_id, by=LinkedBy.CUSTOMER, customer_id=customer_id)


async def disconnect_once(
    store: Store, conversation_id: UUID, identity_id: UUID, *, key: ActionKey
) -> Disconnected:
    """The same in the dialogue: run again under one `key`, it gives the first answer.

    Raises VerificationNeeded, NotLinked, UnknownConversation.
    """

    async def disconnect(uow: UnitOfWork, party: ConversationParty) -> Disconnected:
        owner = verified_customer(party)
        identity = await _unlink(uow, identity_id, LinkedBy.CUSTOMER, owner, asked_in=party.conversation_id)
        return Disconnected(identity.channel, is_this_chat=identity.id == party.identity_id)

    # After this very chat was disconnected nobody is proven in it any more, and the answer still stands.
    return await apply_once(store, conversation_id, key, Disconnected, disconnect, for_anybody=True)


async def list_accounts(store: Store, conversation_id: UUID) -> list[LinkedAccount]:
    """The customer's accounts on all channels. Raises VerificationNeeded, UnknownConversation."""
    async with store.read() as uow:
        customer_id = verified_customer(await access_party(uow, conversation_id))
        return await uow.links.list_accounts(customer_id)


async def list_accounts_of(store: Store, customer_id: UUID) -> list[LinkedAccount]:
    """A customer's accounts, for agents."""
    async with store.read() as uow:
        return await uow.links.list_accounts(customer_id)


async def introduce_account(
    store: Store, channel: str, account: str, *, name: str, connect_url: str | None
) -> None:
    """What customers know a bot or workspace by. `connect_url` opens it; "{token}" is a link's secret."""
    async with store.begin() as uow:
        await uow.platforms.name_account(channel, account, name, connect_url, uow.now)
        await uow.commit()


async def list_connectable(store: Store) -> list[ChannelAccount]:
    """The bots and workspaces a customer can connect now."""
    async with store.read() as uow:
        accounts = await uow.platforms.list_accounts()
    return [each for each in accounts if each.name and each.state is AccountState.ACTIVE]


async def _remember(uow: UnitOfWork, kind: str, identity: Identity, customer_id: UUID, by: LinkedBy) -> None:
    actor = Author.AGENT if by is LinkedBy.AGENT else Author.CUSTOMER
    facts = {"channel": identity.channel, "account": identity.account, "by": by.value}
    await uow.interactions.append(Interaction(kind, uow.now, customer_id, actor=actor, facts=facts))
