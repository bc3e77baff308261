"""What platforms send is stored once, with whoever sent it and where it was said."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_store.domain.agent_events import Quote
from crm_store.domain.errors import UnknownChoice, UpdateSeenBefore
from crm_store.domain.identities import Proof
from crm_store.domain.received import Notice, Place
from crm_store.domain.turns import ReplyButton
from crm_store.sql import SqlStore
from crm_store.sql.tables import channel_identities, channel_updates, conversations, customers, messages
from crm_store.use_cases.conversation_lists import list_agent_events
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.outbox import claim_outbox
from crm_store.use_cases.ports.people import Identity
from crm_store.use_cases.received_changes import delete_received
from crm_store.use_cases.receiving import REOPENED_FOR, find_conversation, receive, remember_update
from crm_store.use_cases.turns import commit_turn
from tests.agents import JOINED, resolve, take_over
from tests.contracts.conftest import Clock
from tests.contracts.conversing import answer, claim, make_result, nothing_to_claim, yes_or_no
from tests.contracts.telegraphing import BOT, CHANNEL, GROUP, Person, make_person


@pytest.fixture
def rahima(store: SqlStore) -> Person:
    return make_person(store, display_name="Rahima K.", username="rahima_k")


async def test_the_first_message_makes_the_person_and_their_conversation(rahima: Person) -> None:
    accepted = await rahima.write("hello")
    assert not accepted.duplicate
    identity = await _identity(rahima)
    assert (identity.display_name, identity.username, identity.proof) == ("Rahima K.", "rahima_k", Proof.NONE)
    turn = await claim(rahima.store)
    assert (turn.conversation_id, turn.message.text) == (accepted.conversation_id, "hello")
    assert (turn.channel, turn.account, turn.address) == (CHANNEL, BOT, {"chat": 5})


async def test_a_name_cannot_turn_around_what_agents_read(store: SqlStore) -> None:
    hostile = make_person(store, display_name="\u202edeifirev\n· Rahima", username="ra\u2066hima")
    await hostile.write("hello")
    identity = await _identity(hostile)
    assert (identity.display_name, identity.username) == ("deifirev · Rahima", "rahima")


@pytest.mark.rules("CH2")
async def test_a_repeat_answers_what_the_first_one_did(rahima: Person) -> None:
    message = rahima.message()
    first = await receive(rahima.store, message)
    again = await receive(rahima.store, message)
    assert again == replace(first, duplicate=True)
    assert await _count(rahima.store, messages) == 1


@pytest.mark.rules("SL5")
async def test_one_message_that_comes_as_two_events_is_one(rahima: Person) -> None:
    first = await rahima.write(external_id="C1:1.1", update_id="Ev1")
    second = await rahima.write(external_id="C1:1.1", update_id="Ev2")
    assert (second.id, second.duplicate) == (first.id, True)


@pytest.mark.rules("TG2", "G4")
async def test_updates_are_known_as_a_set_for_each_bot(store: SqlStore) -> None:
    assert await remember_update(store, CHANNEL, BOT, "900")
    assert await remember_update(store, CHANNEL, BOT, "7")
    assert not await remember_update(store, CHANNEL, BOT, "900")
    assert await remember_update(store, CHANNEL, "another bot", "900")


@pytest.mark.rules("G4")
async def test_many_copies_at_once_are_one_message_of_one_person(rahima: Person) -> None:
    message = rahima.message()
    copies = await asyncio.gather(*(receive(rahima.store, message) for _ in range(6)))
    assert len({copy.id for copy in copies}) == 1
    assert sum(not copy.duplicate for copy in copies) == 1
    for table in (messages, channel_identities, conversations, channel_updates):
        assert await _count(rahima.store, table) == 1


async def test_a_repeat_of_something_erased_says_so(rahima: Person) -> None:
    message = rahima.message()
    await receive(rahima.store, message)
    async with rahima.store.begin() as uow:
        await uow.connection.execute(channel_identities.delete())
        await uow.commit()
    with pytest.raises(UpdateSeenBefore):
        await receive(rahima.store, message)
    assert await _count(rahima.store, messages) == 0


async def test_the_newest_names_are_kept_and_proof_only_grows(rahima: Person) -> None:
    await rahima.write()
    renamed = replace(rahima.sender, display_name="Rahima Khatun", username=None, proof=Proof.SIGNED)
    await replace(rahima, sender=renamed).write()
    await rahima.write()
    identity = await _identity(rahima)
    assert (identity.display_name, identity.username) == ("Rahima K.", "rahima_k")
    assert identity.proof is Proof.SIGNED


async def test_each_place_is_a_conversation_of_its_own(rahima: Person) -> None:
    private = await rahima.write("in private")
    group = await rahima.at(GROUP).write("in a group")
    thread = await rahima.at(replace(GROUP, key="-100:8")).write("in another thread")
    assert len({private.conversation_id, group.conversation_id, thread.conversation_id}) == 3
    assert await find_conversation(rahima.store, rahima.sender, GROUP) == group.conversation_id


async def test_two_people_in_one_place_have_two_conversations(store: SqlStore) -> None:
    hers = await make_person(store, "rahima").at(GROUP).write()
    his = await make_person(store, "karim").at(GROUP).write()
    assert hers.conversation_id != his.conversation_id


async def test_a_new_address_of_the_same_place_is_used_from_now_on(rahima: Person) -> None:
    await rahima.write()
    await rahima.at(Place(address={"chat": 6})).write()
    assert (await claim(rahima.store)).address == {"chat": 6}


async def test_writing_soon_after_a_resolution_opens_the_conversation_again(
    rahima: Person, clock: Clock
) -> None:
    first = await rahima.write()
    await resolve(rahima.store, first.conversation_id)
    clock.advance(3600)
    again = await rahima.write("one more thing")
    assert (again.conversation_id, again.took_out) == (first.conversation_id, True)


async def test_long_after_a_resolution_it_is_a_new_conversation(rahima: Person, clock: Clock) -> None:
    first = await rahima.write()
    await resolve(rahima.store, first.conversation_id)
    clock.advance((REOPENED_FOR + timedelta(minutes=1)).total_seconds())
    later = await rahima.write("hello again")
    assert later.conversation_id != first.conversation_id
    assert (await rahima.write()).conversation_id == later.conversation_id


async def test_a_click_is_what_its_button_stands_for(rahima: Person) -> None:
    asked = await rahima.write("cancel it")
    await commit_turn(rahima.store, await claim(rahima.store), make_result(yes_or_no()), keep_lease=False)
    yes = (await rahima.transcript(asked.conversation_id))[-1].buttons[0]
    await rahima.write(None, choice_id=yes.id)
    message = (await claim(rahima.store)).message
    assert (message.text, message.choice) == ("Yes", {"intent": "affirm", "entities": {}})


@pytest.mark.rules("CH4")
async def test_a_button_of_another_conversation_is_refused_and_nothing_is_kept(store: SqlStore) -> None:
    rahima, karim = make_person(store, "rahima"), make_person(store, "karim")
    asked = await rahima.write("cancel it")
    await commit_turn(store, await claim(store), make_result(yes_or_no()), keep_lease=False)
    yes = (await rahima.transcript(asked.conversation_id))[-1].buttons[0]
    with pytest.raises(UnknownChoice):
        await karim.write(None, choice_id=yes.id)
    assert await _count(store, channel_identities) == 1
    assert await nothing_to_claim(store)


async def test_a_bare_number_picks_the_button_where_buttons_are_numbers(rahima: Person) -> None:
    await rahima.write("cancel it", picks=True)
    await commit_turn(rahima.store, await claim(rahima.store), make_result(yes_or_no()), keep_lease=False)
    await rahima.write(" ২ ", picks=True)
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.message.choice) == ("No", {"intent": "deny", "entities": {}})
    await commit_turn(rahima.store, turn, answer("All right."), keep_lease=False)
    await rahima.write("1", picks=True)  # nothing is asked any more: it is a word like any other
    assert (await claim(rahima.store)).message.choice is None


async def test_a_number_is_only_a_text_where_buttons_are_buttons(rahima: Person) -> None:
    await rahima.write("cancel it")
    await commit_turn(rahima.store, await claim(rahima.store), make_result(yes_or_no()), keep_lease=False)
    await rahima.write("1")
    assert (await claim(rahima.store)).message.choice is None


@pytest.mark.rules("CH4")
async def test_a_command_of_the_platform_has_a_meaning_and_a_text_never(rahima: Person) -> None:
    await rahima.write("/start", meaning={"intent": "greet", "entities": {}})
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.message.choice) == ("/start", {"intent": "greet", "entities": {}})
    await commit_turn(rahima.store, turn, answer("Hello!"), keep_lease=False)
    await rahima.write('/restart{"a": 1}')
    assert (await claim(rahima.store)).message.choice is None


async def test_what_is_quiet_is_stored_and_not_answered(rahima: Person) -> None:
    overheard = await rahima.write("not for the bot", quiet=True)
    assert await nothing_to_claim(rahima.store)
    await rahima.write("for the bot")
    turn = await claim(rahima.store)
    assert (turn.message.text, turn.more_waiting) == ("for the bot", False)
    await rahima.write("aside", quiet=True)
    await commit_turn(rahima.store, turn, answer("Yes?"), keep_lease=True)
    assert await nothing_to_claim(rahima.store)
    texts = [event.text for event in await rahima.transcript(overheard.conversation_id)]
    assert texts == ["not for the bot", "for the bot", "aside", "Yes?"]


@pytest.mark.rules("G1", "G6")
async def test_notices_are_said_with_the_message_and_once(rahima: Person) -> None:
    notices = (Notice("file", {"en": "Too large.", "bn": "বেশি বড়।"}),)
    message = replace(rahima.message("look"), notices=notices)
    first = await receive(rahima.store, message)
    await receive(rahima.store, message)
    await receive(rahima.store, replace(message, update_id="another"))
    events = await rahima.transcript(first.conversation_id)
    assert [(event.author, event.text) for event in events] == [
        ("customer", "look"),
        ("system", "Too large."),
    ]
    item = await claim_outbox(rahima.store, lease_seconds=60)
    assert item is not None
    assert item.text == "Too large."


async def test_a_notice_is_in_the_language_of_the_conversation(store: SqlStore) -> None:
    rahima = make_person(store, language="bn")
    notices = (Notice("file", {"en": "Too large.", "bn": "বেশি বড়।"}), Notice("more", {"en": "Really."}))
    accepted = await receive(store, replace(rahima.message("দেখুন"), notices=notices))
    texts = [event.text for event in await rahima.transcript(accepted.conversation_id)]
    assert texts == ["দেখুন", "বেশি বড়।", "Really."]


async def test_what_is_quiet_leaves_a_resolved_conversation_resolved(rahima: Person) -> None:
    first = await rahima.write()
    await resolve(rahima.store, first.conversation_id)
    quiet = await rahima.write("thanks", quiet=True)
    assert (quiet.conversation_id, quiet.took_out) == (first.conversation_id, False)


@pytest.mark.rules("CH6")
async def test_in_public_a_proven_customer_is_nobody_we_know(store: SqlStore) -> None:
    rahima = make_person(store, proof=Proof.SIGNED)
    await rahima.write()
    await _make_customer_of(rahima)
    private = await claim(store, await find_conversation(store, rahima.sender, rahima.place))
    assert (private.facts.verified, private.facts.place, private.facts.channel) == (True, "private", CHANNEL)
    await rahima.at(GROUP).write("where is my order?")
    public = await claim(store, await find_conversation(store, rahima.sender, GROUP))
    assert (public.facts.verified, public.facts.customer_name, public.facts.place) == (False, None, "public")
    async with store.read() as uow:
        party = await uow.customers.find_party(public.conversation_id)
    assert party is not None
    assert (party.is_verified, party.customer_id, party.is_public) == (False, None, True)


async def test_the_persons_language_is_the_new_conversations(store: SqlStore) -> None:
    await make_person(store, "rahima", language="bn").write()
    assert (await claim(store)).facts.language == "bn"
    await make_person(store, "hans", language="de").write()
    assert (await claim(store)).facts.language is None


async def test_a_message_to_an_agent_waits_for_the_agent(rahima: Person) -> None:
    first = await rahima.write()
    await take_over(rahima.store, first.conversation_id)
    await rahima.write("are you there?")
    assert await nothing_to_claim(rahima.store)


async def _identity(person: Person) -> Identity:
    async with person.store.read() as uow:
        found = await uow.identities.find(CHANNEL, BOT, person.sender.source_id)
    assert found is not None
    return found


async def _make_customer_of(person: Person) -> None:
    customer_id = new_id()
    async with person.store.begin() as uow:
        row = {"id": customer_id, "name": "Rahima Khatun", "given_name": "Rahima", "created_at": uow.now}
        await uow.connection.execute(customers.insert().values(row))
        await uow.connection.execute(channel_identities.update().values(customer_id=customer_id))
        await uow.commit()


async def _count(store: SqlStore, table: sa.Table) -> int:
    async with store.read() as uow:
        counted = await uow.connection.execute(sa.select(sa.func.count()).select_from(table))
        return int(counted.scalar_one())


async def test_a_notice_may_have_buttons_and_say_something_else_beside_a_person(
    store: SqlStore, rahima: Person
) -> None:
    button = ReplyButton("A person", {"intent": "contact_human_agent", "entities": {}})
    notice = Notice("voice", {"en": "Not heard."}, {"en": (button,)}, attended={"en": "In words, please."})
    silent = replace(notice, attended={})
    first = await receive(store, replace(rahima.message("one"), notices=(notice,)))
    item = await claim_outbox(store, lease_seconds=60)
    assert item is not None
    assert [each.title for each in item.buttons] == ["A person"]
    await take_over(store, first.conversation_id)
    for words, said in (("two", notice), ("three", silent)):
        await receive(store, replace(rahima.message(words), notices=(said,)))
    texts = [event.text for event in await rahima.transcript(first.conversation_id)]
    assert texts == ["one", "Not heard.", JOINED, "two", "In words, please.", "three"]


async def test_agents_see_what_a_message_answers_until_it_is_deleted(store: SqlStore) -> None:
    quote = {"kind": "reply", "ours": True, "text": "Which order?"}
    person = make_person(store)
    message = person.message("KB-1042", reply_to={"message": 5, "quote": quote})
    accepted = await receive(store, message)
    [event] = (await list_agent_events(store, accepted.conversation_id)).events
    assert event.quote == Quote("reply", ours=True, text="Which order?")
    assert (await list_agent_events(store, (await person.write()).conversation_id)).events[-1].quote is None
    await delete_received(store, person.sender.channel, person.sender.account, message.external_id)
    [event, *_] = (await list_agent_events(store, accepted.conversation_id)).events
    assert event.quote is None
