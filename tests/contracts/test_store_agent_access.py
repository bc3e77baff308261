"""How agents get in, and what is kept of them, on both databases."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from crm_store.domain.agent_access import (
    AGENT_SESSION_LIFETIME,
    ATTEMPT_LIMITS,
    ATTEMPTS_FORGOTTEN_AFTER,
    AttemptKind,
)
from crm_store.domain.agents import Agent, Role, Scope
from crm_store.domain.audit import NewAuditEntry
from crm_store.domain.errors import (
    BadSession,
    LastAdministrator,
    NameTaken,
    NotYours,
    SessionExpired,
    UnknownCannedReply,
    UnknownTeam,
    UnknownVariable,
)
from crm_store.use_cases.agent_access import (
    SESSIONS_KEPT_FOR,
    access_agent_session,
    access_api_token,
    begin_log_in,
    change_password,
    create_api_token,
    end_agent_session,
    find_credentials,
    forget_old_access,
    list_api_tokens,
    open_agent_session,
    revoke_api_token,
)
from crm_store.use_cases.audit import list_audit, write_audit
from crm_store.use_cases.canned_replies import (
    add_canned_reply,
    change_canned_reply,
    list_canned_replies,
    remove_canned_reply,
)
from crm_store.use_cases.colleagues import add_agent, change_agent, save_preferences
from crm_store.use_cases.unit_of_work import Store
from tests.contracts.conftest import Clock

WHERE = "192.0.2.7"


async def make(store: Store, role: Role = Role.AGENT) -> Agent:
    return await add_agent(
        store,
        email=f"{uuid4().hex}@kotha.example",
        name="Farhana",
        name_bn="ফারহানা",
        role=role,
        password_hash="hash",
    )


async def log_in(store: Store, agent: Agent) -> str:
    return (await open_agent_session(store, agent.id, email=agent.email, address=WHERE)).token


async def test_a_session_lives_by_being_used(store: Store, clock: Clock) -> None:
    token = await log_in(store, await make(store))
    for _ in range(3):
        clock.advance((AGENT_SESSION_LIFETIME - timedelta(minutes=1)).total_seconds())
        await access_agent_session(store, token)
    clock.advance((AGENT_SESSION_LIFETIME + timedelta(seconds=1)).total_seconds())
    with pytest.raises(SessionExpired):
        await access_agent_session(store, token)


async def test_an_ended_session_is_over(store: Store) -> None:
    token = await log_in(store, await make(store))
    await end_agent_session(store, token)
    with pytest.raises(BadSession):
        await access_agent_session(store, token)
    with pytest.raises(BadSession):
        await access_agent_session(store, "never given out")


async def test_a_new_password_keeps_only_the_session_it_was_set_in(store: Store) -> None:
    agent = await make(store)
    mine, other = await log_in(store, agent), await log_in(store, agent)
    await change_password(store, agent.id, "new hash", keep=mine)
    assert (await access_agent_session(store, mine)).agent.id == agent.id
    with pytest.raises(BadSession):
        await access_agent_session(store, other)
    found = await find_credentials(store, agent.email)
    assert found is not None
    assert found.password_hash == "new hash"


async def test_what_is_long_over_is_cleared_away(store: Store, clock: Clock) -> None:
    agent = await make(store)
    old = await log_in(store, agent)
    clock.advance((AGENT_SESSION_LIFETIME + SESSIONS_KEPT_FOR).total_seconds() + 1)
    new = await log_in(store, agent)
    await forget_old_access(store)
    assert (await access_agent_session(store, new)).agent.id == agent.id
    with pytest.raises(BadSession):  # not even known to have run out
        await access_agent_session(store, old)


async def test_who_leaves_is_out_everywhere(store: Store) -> None:
    await make(store, Role.ADMIN)
    agent = await make(store)
    token = await log_in(store, agent)
    _, secret = await create_api_token(store, agent.id, name="x", scopes=(Scope.READ,), days=None)
    await change_agent(store, agent.id, {"active": False})
    assert await find_credentials(store, agent.email) is None
    with pytest.raises(BadSession):
        await access_agent_session(store, token)
    with pytest.raises(BadSession):
        await access_api_token(store, secret)


async def test_another_role_needs_another_log_in(store: Store) -> None:
    agent = await make(store)
    token = await log_in(store, agent)
    await change_agent(store, agent.id, {"role": "supervisor"})
    with pytest.raises(BadSession):
        await access_agent_session(store, token)


async def test_the_last_administrator_stays(store: Store) -> None:
    admin = await make(store, Role.ADMIN)
    for change in ({"active": False}, {"role": "agent"}):
        with pytest.raises(LastAdministrator):
            await change_agent(store, admin.id, change)
    await make(store, Role.ADMIN)
    assert not (await change_agent(store, admin.id, {"active": False})).active


async def test_a_token_ends_with_its_days(store: Store, clock: Clock) -> None:
    agent = await make(store)
    token, secret = await create_api_token(
        store, agent.id, name="report", scopes=(Scope.READ, Scope.WRITE), days=2
    )
    access = await access_api_token(store, secret)
    assert (access.agent.id, access.scopes) == (agent.id, ("read", "write"))
    assert [one.id for one in await list_api_tokens(store, agent.id)] == [token.id]
    clock.advance((timedelta(days=2, seconds=1)).total_seconds())
    with pytest.raises(BadSession):
        await access_api_token(store, secret)
    assert await list_api_tokens(store, agent.id) == []


async def test_only_ones_own_token_can_be_revoked(store: Store) -> None:
    agent, other = await make(store), await make(store)
    token, secret = await create_api_token(store, agent.id, name="x", scopes=(Scope.READ,), days=None)
    assert not await revoke_api_token(store, other.id, token.id)
    assert await revoke_api_token(store, agent.id, token.id)
    assert not await revoke_api_token(store, agent.id, token.id)
    with pytest.raises(BadSession):
        await access_api_token(store, secret)


async def test_guesses_cost_ever_more_time_and_are_forgotten(store: Store, clock: Clock) -> None:
    limit = ATTEMPT_LIMITS[AttemptKind.PAIR]
    waits = [await begin_log_in(store, email="a@b.example", address=WHERE) for _ in range(limit.free)]
    assert waits == [0.0] * limit.free
    first = await begin_log_in(store, email="a@b.example", address=WHERE)
    assert 0 < first <= limit.first_pause.total_seconds()
    assert await begin_log_in(store, email="other@b.example", address=WHERE) == 0.0
    clock.advance((limit.first_pause).total_seconds())
    assert await begin_log_in(store, email="a@b.example", address=WHERE) == 0.0
    second = await begin_log_in(store, email="a@b.example", address=WHERE)
    assert second > limit.first_pause.total_seconds()
    clock.advance((ATTEMPTS_FORGOTTEN_AFTER + timedelta(minutes=1)).total_seconds())
    assert await begin_log_in(store, email="a@b.example", address=WHERE) == 0.0
    assert await begin_log_in(store, email="a@b.example", address=WHERE) == 0.0


async def test_an_address_is_one_agents(store: Store) -> None:
    agent = await make(store)
    with pytest.raises(NameTaken):
        await add_agent(store, email=agent.email, name="X", name_bn=None, role=Role.AGENT, password_hash="-")
    with pytest.raises(UnknownTeam):
        await change_agent(store, agent.id, {}, team_ids=(uuid4(),))


async def test_preferences_are_kept_one_by_one(store: Store) -> None:
    agent = await make(store)
    await save_preferences(store, agent.id, {"theme": "dark"})
    assert (await save_preferences(store, agent.id, {"sound": False})).preferences == {
        "theme": "dark",
        "sound": False,
    }


async def reply(store: Store, owner: UUID | None, shortcut: str, text: str = "Hello") -> UUID:
    added = await add_canned_reply(
        store, agent_id=owner, shortcut=shortcut, title="T", title_bn="ট", text={"en": text}
    )
    return added.id


async def test_a_shortcut_is_free_for_each_agent_beside_everybodys(store: Store) -> None:
    agent, other = await make(store), await make(store)
    await reply(store, None, "hi")
    await reply(store, agent.id, "hi")
    await reply(store, other.id, "hi")
    with pytest.raises(NameTaken):
        await reply(store, agent.id, "hi")
    assert [one.agent_id for one in await list_canned_replies(store, agent.id)].count(agent.id) == 1
    assert len(await list_canned_replies(store, agent.id)) == 2


async def test_a_shared_reply_is_changed_only_by_who_may_share(store: Store) -> None:
    agent, other = await make(store), await make(store)
    shared, own = await reply(store, None, "a"), await reply(store, agent.id, "b")
    with pytest.raises(NotYours):
        await remove_canned_reply(store, shared, agent_id=agent.id, may_share=False)
    with pytest.raises(NotYours):
        await change_canned_reply(store, own, agent_id=agent.id, may_share=False, shared=True)
    with pytest.raises(UnknownCannedReply):
        await remove_canned_reply(store, own, agent_id=other.id, may_share=True)
    changed = await change_canned_reply(store, own, agent_id=agent.id, may_share=True, shared=True)
    assert changed.is_shared
    with pytest.raises(UnknownVariable):
        await reply(store, agent.id, "c", "{customer.card}")


async def test_the_audit_log_is_paged_by_what_was_seen_last(store: Store) -> None:
    agent, other = await make(store), await make(store)
    for kind in ("a", "b", "a", "c"):
        await write_audit(store, NewAuditEntry(kind, agent.id, facts={"n": 1}))
    await write_audit(store, NewAuditEntry("a", other.id))
    page = await list_audit(store, agent_id=agent.id, limit=3)
    assert [one.kind for one in page] == ["c", "a", "b"]
    assert [one.kind for one in await list_audit(store, agent_id=agent.id, before=page[-1].id)] == ["a"]
    of_kind = await list_audit(store, kind="a")
    assert [one.agent.name for one in of_kind if one.agent] == ["Farhana"] * 3
