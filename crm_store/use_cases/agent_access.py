"""Agents log in and out, change their passwords, and make tokens for programs."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from crm_store.domain.agent_access import (
    AGENT_SESSION_LIFETIME,
    ATTEMPTS_FORGOTTEN_AFTER,
    USE_NOTED_EVERY,
    AgentSession,
    AttemptKind,
    Credentials,
    OpenedAgentSession,
    TokenAccess,
    attempt_key,
    new_api_token,
    new_session_token,
    one_more,
    seconds_blocked,
)
from crm_store.domain.agents import ApiToken, Scope
from crm_store.domain.errors import BadSession, SessionExpired, UnknownAgent
from crm_store.domain.sessions import hash_token
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store

# Sessions that ran out are kept a while, for whoever has to find out who was logged in when.
SESSIONS_KEPT_FOR: Final = timedelta(days=30)


async def begin_log_in(store: Store, *, email: str, address: str) -> float:
    """Count an attempt to log in. 0.0: go on and check the password; else the seconds nobody may try.

    Counted before the password is looked at, so that many attempts at once gain nothing.
    """
    async with store.begin() as uow:
        keys = {kind: attempt_key(kind, email, address) for kind in AttemptKind}
        earlier = {kind: await uow.agent_access.find_attempts(key) for kind, key in keys.items()}
        blocked = max(seconds_blocked(attempts, uow.now) for attempts in earlier.values())
        if blocked > 0:
            return blocked
        for kind, key in keys.items():
            await uow.agent_access.save_attempts(key, one_more(earlier[kind], kind, uow.now))
        await uow.commit()
        return 0.0


async def find_credentials(store: Store, email: str) -> Credentials | None:
    """What the password of this address is checked against; None when nobody may log in with it."""
    async with store.read() as uow:
        credentials = await uow.agent_access.find_credentials(email)
    return credentials if credentials is not None and credentials.active else None


async def open_agent_session(
    store: Store, agent_id: UUID, *, email: str, address: str, renewed_hash: str | None = None
) -> OpenedAgentSession:
    """A session for an agent whose password was right; forgets the attempts before."""
    opened_token, csrf = new_session_token(), new_session_token()
    async with store.begin() as uow:
        expires_at = uow.now + AGENT_SESSION_LIFETIME
        access = uow.agent_access
        await access.add_session(hash_token(opened_token), agent_id, csrf, uow.now, expires_at)
        await access.note_login(agent_id, uow.now)
        if renewed_hash is not None:
            await access.save_password(agent_id, renewed_hash, uow.now)
        keys = [attempt_key(kind, email, address) for kind in (AttemptKind.PAIR, AttemptKind.ACCOUNT)]
        await access.forget_attempts(keys, uow.now - ATTEMPTS_FORGOTTEN_AFTER)
        await uow.commit()
    return OpenedAgentSession(opened_token, csrf, expires_at)


async def access_agent_session(store: Store, token: str) -> AgentSession:
    """The session of a cookie, which lives on by being used. Raises BadSession, SessionExpired."""
    token_hash = hash_token(token)
    async with store.read() as uow:
        session = await uow.agent_access.find_session(token_hash)
        now = uow.now
    if session is None:
        raise BadSession("agent")
    if session.expires_at <= now:
        raise SessionExpired("agent")
    if now - session.last_used_at >= USE_NOTED_EVERY:
        async with store.begin() as uow:
            await uow.agent_access.extend_session(token_hash, now, now + AGENT_SESSION_LIFETIME)
            await uow.commit()
    return session


async def end_agent_session(store: Store, token: str) -> None:
    """Log out; harmless for a session that is over."""
    async with store.begin() as uow:
        await uow.agent_access.end_session(hash_token(token), uow.now)
        await uow.commit()


async def forget_old_access(store: Store) -> None:
    """Clear away sessions that ran out long ago, and attempts nobody is held up by any more."""
    async with store.begin() as uow:
        await uow.agent_access.forget_sessions(uow.now - SESSIONS_KEPT_FOR)
        await uow.agent_access.forget_attempts((), uow.now - ATTEMPTS_FORGOTTEN_AFTER)
        await uow.commit()


async def find_password_hash(store: Store, agent_id: UUID) -> str:
    """What the current password is checked against before a change. Raises UnknownAgent."""
    async with store.read() as uow:
        stored = await uow.agent_access.find_password(agent_id)
    if stored is None:
        raise UnknownAgent(str(agent_id))
    return stored


async def change_password(store: Store, agent_id: UUID, password_hash: str, *, keep: str) -> None:
    """A new password; every session but the one of the token `keep` ends."""
    async with store.begin() as uow:
        await uow.agent_access.save_password(agent_id, password_hash, uow.now)
        await uow.agent_access.end_sessions(agent_id, uow.now, but=hash_token(keep))
        await uow.commit()


async def set_first_password(store: Store, agent_id: UUID, password_hash: str) -> None:
    """For an agent made without one."""
    async with store.begin() as uow:
        await uow.agent_access.save_password(agent_id, password_hash, uow.now)
        await uow.commit()


async def create_api_token(
    store: Store, agent_id: UUID, *, name: str, scopes: tuple[Scope, ...], days: int | None
) -> tuple[ApiToken, str]:
    """A token for programs, and its secret, which nobody can ask for again."""
    secret = new_api_token()
    async with store.begin() as uow:
        expires_at = None if days is None else uow.now + timedelta(days=days)
        token = ApiToken(new_id(), agent_id, name, scopes, uow.now, None, expires_at)
        await uow.agent_access.add_token(token, hash_token(secret))
        await uow.commit()
    return token, secret


async def list_api_tokens(store: Store, agent_id: UUID) -> list[ApiToken]:
    """The agent's tokens that still work, newest first."""
    async with store.read() as uow:
        tokens = await uow.agent_access.list_tokens(agent_id)
        return [token for token in tokens if token.expires_at is None or token.expires_at > uow.now]


async def revoke_api_token(store: Store, agent_id: UUID, token_id: UUID) -> bool:
    """False when the agent has no such token."""
    async with store.begin() as uow:
        revoked = await uow.agent_access.revoke_token(agent_id, token_id, uow.now)
        await uow.commit()
        return revoked


async def access_api_token(store: Store, secret: str) -> TokenAccess:
    """Whose token it is and what it may. Raises BadSession."""
    async with store.read() as uow:
        access = await uow.agent_access.find_token(hash_token(secret), uow.now)
        now = uow.now
    if access is None:
        raise BadSession("api token")
    if access.last_used_at is None or now - access.last_used_at >= USE_NOTED_EVERY:
        async with store.begin() as uow:
            await uow.agent_access.note_token_use(access.id, now)
            await uow.commit()
    return access
