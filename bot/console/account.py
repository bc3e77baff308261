"""Log-in, log-out, and what belongs to an agent alone."""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.channels.web.refusals import Refusal, rate_limited
from bot.channels.web.routes import json_answer
from bot.channels.web.socket import CLOSE_SESSION
from bot.console.audit import Audit
from bot.console.bodies import ChangedPassword, LogIn, NewStatus, NewToken, Nothing, Preferences
from bot.console.calls import Answer, Call, not_found
from bot.console.live import Desk
from bot.console.passwords import Passwords
from bot.console.permissions import Permission
from bot.console.principals import COOKIE, Principal, of_session, of_token
from bot.console.routing import Route
from bot.console.shapes import Me, NewTokenObject, TokenObject, listed
from bot.console.writing import agent_object, me_object, token_object
from crm_store.domain.agent_access import AGENT_SESSION_LIFETIME
from crm_store.domain.agents import Agent, ChosenStatus, Scope
from crm_store.domain.errors import BadSession, SessionExpired
from crm_store.use_cases.agent_access import (
    access_agent_session,
    access_api_token,
    begin_log_in,
    change_password,
    create_api_token,
    end_agent_session,
    find_credentials,
    find_password_hash,
    list_api_tokens,
    open_agent_session,
    revoke_api_token,
)
from crm_store.use_cases.colleagues import find_agent, save_preferences, set_status
from crm_store.use_cases.teams import list_teams
from crm_store.use_cases.unit_of_work import Store

log = structlog.get_logger()


@dataclass(frozen=True)
class Account:
    """Handlers of an agent's own account."""

    store: Store
    passwords: Passwords
    desk: Desk
    audit: Audit
    secure_cookie: bool

    def routes(self) -> list[Route]:
        """What is served."""
        own = Permission.ACCOUNT
        return [
            Route(
                "POST",
                "/login",
                Permission.PUBLIC,
                self.log_in,
                "Log in",
                takes=LogIn,
                gives=Me,
                refuses=("bad_credentials", "rate_limited"),
            ),
            Route("POST", "/logout", own, self.log_out, "Log out", status=204),
            Route("GET", "/me", Permission.TEAM_READ, self.me, "Who is logged in", gives=Me),
            Route(
                "PUT", "/me/status", own, self.set_status, "Be available, or away", takes=NewStatus, gives=Me
            ),
            Route(
                "PUT",
                "/me/preferences",
                own,
                self.set_preferences,
                "Keep how the console looks and sounds",
                takes=Preferences,
                gives=Me,
            ),
            Route(
                "PUT",
                "/me/password",
                own,
                self.change_password,
                "Change one's password; other sessions end",
                takes=ChangedPassword,
                status=204,
                refuses=("bad_credentials",),
            ),
            Route("GET", "/tokens", own, self.list_tokens, "One's API tokens", gives=listed(TokenObject)),
            Route(
                "POST",
                "/tokens",
                own,
                self.create_token,
                "Make an API token; it is shown this once",
                takes=NewToken,
                gives=NewTokenObject,
                status=201,
            ),
            Route("DELETE", "/tokens/{token}", own, self.revoke_token, "Revoke an API token", status=204),
        ]

    # ---- who asks

    async def find_principal(self, cookie: str | None, bearer: str | None) -> Principal | None:
        """The agent behind a cookie or an API token; None when neither is good. The bearer wins."""
        try:
            if bearer is not None:
                access = await access_api_token(self.store, bearer)
                return of_token(access.agent, bearer, access.scopes)
            if cookie:
                session = await access_agent_session(self.store, cookie)
                return of_session(session.agent, cookie, session.csrf)
        except (BadSession, SessionExpired):
            return None
        return None

    async def find_again(self, principal: Principal) -> Principal | None:
        """The same one now: None when the session ended meanwhile."""
        if principal.is_session:
            return await self.find_principal(principal.token, None)
        return await self.find_principal(None, principal.token)

    # ---- handlers

    async def log_in(self, call: Call[LogIn]) -> Answer:
        """Equal answers, in equal time, for a wrong password and for an address nobody has."""
        email = call.given.email
        if wait := await begin_log_in(self.store, email=email, address=call.address):
            raise _too_many_log_ins(wait)
        credentials = await find_credentials(self.store, email)
        stored = credentials.password_hash if credentials else None
        right = await self.passwords.check(stored, call.given.password)
        if credentials is None or stored is None or not right:
            await self.audit.note("login_failed", credentials.agent_id if credentials else None)
            raise _bad_credentials()
        renewed = None
        if self.passwords.is_outdated(stored):
            renewed = await self.passwords.hash(call.given.password)
        opened = await open_agent_session(
            self.store, credentials.agent_id, email=email, address=call.address, renewed_hash=renewed
        )
        await self.audit.note("login", credentials.agent_id)
        agent = await find_agent(self.store, credentials.agent_id)
        response = json_answer(await self._me(of_session(agent, opened.token, opened.csrf), agent))
        self._set_cookie(response, opened.token)
        return Answer(response)

    async def log_out(self, call: Call[Nothing]) -> Answer:
        """Ends the session; its consoles close."""
        await end_agent_session(self.store, call.who.token)
        self.desk.stop_session(call.who.token, CLOSE_SESSION)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self.secure_cookie)
        return Answer(response)

    async def me(self, call: Call[Nothing]) -> Answer:
        """Who is logged in, what they may, and which header their changes need. The cookie lives on."""
        who = call.who
        response = json_answer(await self._me(who, await find_agent(self.store, who.id)))
        if who.is_session:
            self._set_cookie(response, who.token)
        return Answer(response)

    async def set_status(self, call: Call[NewStatus]) -> Answer:
        """Colleagues see it at once."""
        agent = await set_status(self.store, call.who.id, ChosenStatus(call.given.status))
        self.desk.tell({"type": "presence", "agent": agent_object(agent)})
        return Answer(await self._me(call.who, agent))

    async def set_preferences(self, call: Call[Preferences]) -> Answer:
        """What is left out stays."""
        changes = call.given.model_dump(exclude_unset=True, exclude_none=True)
        agent = await save_preferences(self.store, call.who.id, changes)
        return Answer(await self._me(call.who, agent))

    async def change_password(self, call: Call[ChangedPassword]) -> Answer:
        """Asks for the current one: a session left open is not enough. Guesses are counted as at log-in."""
        who = call.who
        if wait := await begin_log_in(self.store, email=who.agent.email, address=call.address):
            raise _too_many_log_ins(wait)
        stored = await find_password_hash(self.store, who.id)
        if not await self.passwords.check(stored, call.given.current):
            raise Refusal("bad_credentials", "That is not your current password.", status=403)
        hashed = await self.passwords.hash(call.given.new)
        await change_password(self.store, who.id, hashed, keep=who.token)
        self.desk.stop_agent(who.id, CLOSE_SESSION, but=who.token)
        return Answer(None)

    async def list_tokens(self, call: Call[Nothing]) -> Answer:
        """Without the tokens themselves."""
        tokens = await list_api_tokens(self.store, call.who.id)
        return Answer({"items": [token_object(token) for token in tokens]})

    async def create_token(self, call: Call[NewToken]) -> Answer:
        """It can never do more than its scopes, nor more than its maker."""
        given = call.given
        scopes = tuple(Scope(scope) for scope in dict.fromkeys(given.scopes))
        token, secret = await create_api_token(
            self.store, call.who.id, name=given.name, scopes=scopes, days=given.expires_in_days
        )
        return Answer({**token_object(token), "token": secret}, status=201)

    async def revoke_token(self, call: Call[Nothing]) -> Answer:
        """It stops working at once."""
        if not await revoke_api_token(self.store, call.who.id, call.id("token")):
            raise not_found("token")
        return Answer(None)

    async def _me(self, principal: Principal, agent: Agent) -> Me:
        return me_object(principal, agent, await list_teams(self.store))

    def _set_cookie(self, response: web.Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(AGENT_SESSION_LIFETIME.total_seconds()),
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self.secure_cookie,
        )


def _bad_credentials() -> Refusal:
    message = "The address or the password is wrong. Check both; an administrator can set a new password."
    return Refusal("bad_credentials", message, status=401)


def _too_many_log_ins(wait: float) -> Refusal:
    refusal = rate_limited(wait)
    refusal.message = f"Too many attempts to log in. Try again in {refusal.more['retry_after_s']} s."
    return refusal
