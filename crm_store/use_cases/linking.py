"""Connecting an account on another channel: a one-time link or code of a customer who is logged in (G5)."""

from typing import Final
from uuid import UUID

from crm_store.domain.channels import AccountState, ChannelAccount
from crm_store.domain.conversations import Author, JsonObject
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
    CONFIRM_LINK,
    GUESSES_FORGOTTEN,
    LINK_LIFETIME,
    MAX_GUESSES,
    Disconnected,
    Linked,
    LinkedAccount,
    LinkedBy,
    LinkKind,
    LinkOffer,
    LinkOpened,
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
QUESTION: Final = "account_connect_question"


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


async def open_link(store: Store, sender: Sender, place: Place, token: str, *, key: str) -> LinkOpened:
    """Ask `sender`, who opened a one-time link in the private `place`, whether it is theirs.

    What is said here becomes part of the history of the customer who made the link, whoever opened it:
    opening is no consent. Who is connected with that customer already is told so. Said once for each `key`.

    Raises LinkUnusable, IdentityConflict.
    """
    _check_private(place)

    async def open_once() -> LinkOpened:
        async with store.begin() as uow:
            identity = await _identity_of(uow, sender)
            found = await uow.links.find_offer(hash_token(token), LinkKind.LINK, uow.now)
            if found is None:
                raise LinkUnusable(sender.channel)
            if _is_theirs(identity, found):
                linked = await _connect_and_tell(uow, sender, place, identity, found)
                return LinkOpened(found.id, linked)
            _check_owner(identity, found)
            await uow.links.open_offer(found.id, identity.id)
            await _ask(uow, sender, place, identity, found, key)
            await uow.commit()
            return LinkOpened(found.id)

    return await insist(open_once)


async def confirm_link(store: Store, sender: Sender, place: Place, offer_id: UUID) -> Linked:
    """Connect `sender`, who opened this link and says that it is theirs; both sides are told.

    Run again, it changes nothing. Raises LinkUnusable, IdentityConflict.
    """
    _check_private(place)

    async def confirm_once() -> Linked:
        async with store.begin() as uow:
            identity = await _identity_of(uow, sender)
            found = await uow.links.find_opened(offer_id, identity.id, uow.now)
            if found is None or (found.is_used and not _is_theirs(identity, found)):
                raise LinkUnusable(sender.channel)
            if found.is_used:
                return await _linked(uow, identity, found, already=True)
            return await _connect_and_tell(uow, sender, place, identity, found)

    return await insist(confirm_once)


async def decline_link(store: Store, sender: Sender, offer_id: UUID) -> None:
    """`sender` opened this link and says that it is not theirs: nobody can use it any more.

    Run again, it changes nothing. Raises LinkUnusable.
    """

    async def decline_once() -> None:
        async with store.begin() as uow:
            identity = await _identity_of(uow, sender)
            found = await uow.links.find_opened(offer_id, identity.id, uow.now)
            if found is None or (found.is_used and _is_theirs(identity, found)):
                raise LinkUnusable(sender.channel)
            await uow.links.use_offer(found.id, uow.now)
            await uow.commit()

    await insist(decline_once)


async def redeem_code(store: Store, sender: Sender, place: Place, written: str) -> Linked:
    """Connect `sender` with a typed one-time code, and tell both sides; wrong ones are counted.

    Raises LinkUnusable, TooManyGuesses, IdentityConflict.
    """
    _check_private(place)
    code = read_code(written)

    async def redeem_once() -> Linked:
        async with store.begin() as uow:
            identity = await _identity_of(uow, sender)
            await _check_guesses(uow, identity.id)
            found = await uow.links.find_offer(hash_token(code), LinkKind.CODE, uow.now) if code else None
            if found is None:
                await uow.links.add_wrong(identity.id, uow.now, uow.now - GUESSES_FORGOTTEN)
                await uow.commit()
                raise LinkUnusable(sender.channel)
            return await _connect_and_tell(uow, sender, place, identity, found)

    return await insist(redeem_once)


def _check_private(place: Place) -> None:
    if place.is_public:
        raise AssertionError("accounts are connected in private only (CH6)")


async def _identity_of(uow: UnitOfWork, sender: Sender) -> Identity:
    found_or_new = await find_or_add_sender(uow, sender)
    return await uow.links.find_identity(found_or_new.id) or found_or_new


def _is_theirs(identity: Identity, found: FoundLinkToken) -> bool:
    return identity.customer_id == found.customer_id and identity.proof.is_verified


def _check_owner(identity: Identity, found: FoundLinkToken) -> None:
    """Strong proof of two different customers is a conflict: a person has to look (G7)."""
    if identity.customer_id not in (None, found.customer_id) and identity.proof.is_verified:
        raise IdentityConflict(str(identity.id))


async def _ask(
    uow: UnitOfWork, sender: Sender, place: Place, identity: Identity, found: FoundLinkToken, key: str
) -> None:
    """The card names the offer, which opens nothing for anybody but this identity."""
    here = await find_or_open(uow, identity, place, language=sender.language)
    handled = await uow.handling.find(here, lock=True)
    if handled is None:
        return
    language = language_of(handled)
    customer = (await uow.links.name_of(found.customer_id)).in_language(language)
    text = say(language, QUESTION, channel=sender.channel.title(), customer=customer)
    card: JsonObject = {"type": CONFIRM_LINK, "offer": str(found.id)}
    await tell_in(uow, Told(new_id(), here, f"link-opened:{key}", text, language, card=card))


async def _connect_and_tell(
    uow: UnitOfWork, sender: Sender, place: Place, identity: Identity, found: FoundLinkToken
) -> Linked:
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
    customer = linked.name.in_language(language)
    text = say(language, words, channel=sender.channel.title(), account=called, customer=customer)
    told = Told(new_id(), conversation_id, f"linked:{key}:{words}", text, language)
    await tell_in(uow, told)


async def _check_guesses(uow: UnitOfWork, identity_id: UUID) -> None:
    wrong = await uow.links.count_wrong(identity_id, uow.now - GUESSES_FORGOTTEN)
    if wrong >= MAX_GUESSES:
        raise TooManyGuesses(GUESSES_FORGOTTEN.total_seconds())


async def _connect(uow: UnitOfWork, identity: Identity, found: FoundLinkToken, vouched: Proof) -> Linked:
    already = _is_theirs(identity, found)
    if not already:
        _check_owner(identity, found)
        by = LinkedBy(found.kind.value)
        proof = max(proof_of(found.kind), vouched, key=lambda each: each.strength)
        await _link(uow, identity, found.customer_id, proof=proof, by=by)
    if not await uow.links.use_offer(found.id, uow.now):
        raise LinkUnusable(identity.channel)
    return await _linked(uow, identity, found, already=already)


async def _linked(uow: UnitOfWork, identity: Identity, found: FoundLinkToken, *, already: bool) -> Linked:
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
