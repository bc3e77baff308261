"""The assistant on real parts: an engine with the trained model, the action server, a seeded store."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp

from bot.handoff import EscalationPolicy, escalated, escalating_question
from bot.messages import Question
from bot.turns import question_of
from crm_store.domain.conversations import IncomingMessage
from crm_store.domain.sessions import WebSession
from crm_store.domain.turns import Reply, ReplyButton, TurnResult
from crm_store.use_cases.conversations import accept_message, list_events
from crm_store.use_cases.sessions import identify_web_session, open_web_session
from crm_store.use_cases.turns import claim_turn, commit_turn
from crm_store.use_cases.unit_of_work import Store
from tests.fixtures.service import free_port
from tools.environments import ENGINE
from tools.progress import ROOT

WIDGET: Final = "demo"
SECRET = "conversation-tests-conversation-tests"
READY_SECONDS = 180.0  # two processes at once on two busy cores
POLL_SECONDS = 0.1
LEASE_SECONDS = 30.0
CLICK = "👉 "
# As the gateway's: bot.app makes it of the settings.
ESCALATION: Final = EscalationPolicy(people_only=(), valued_tiers={"platinum"})
QUIET = frozenset({"action_listen", "action_extract_slots", "action_session_start"})

Json = dict[str, Any]


class NotReady(AssertionError):
    """A process did not become ready: the end of its log is in the message."""


class Assistant:
    """Engine and actions as processes over one SQLite file, which can be put back as it was seeded."""

    def __init__(self, database: Path, model: Path) -> None:
        self._database = database
        self._pristine = database.with_suffix(".pristine")
        self._model = model
        self._actions_port, self._engine_port = free_port(), free_port()
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self._database}"

    @property
    def engine_url(self) -> str:
        return f"http://127.0.0.1:{self._engine_port}"

    def __enter__(self) -> Assistant:
        _copy(self._database, self._pristine)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KOTHA_ACTIONS_SECRET": SECRET,
            "KOTHA_ENGINE_SECRET": SECRET,
            "KOTHA_ACTIONS_URL": f"http://127.0.0.1:{self._actions_port}",
        }
        actions = [
            sys.executable,
            "-m",
            "actions.server",
            "--database",
            self.database_url,
            "--port",
            str(self._actions_port),
        ]
        engine = [str(ENGINE.python), "-m", "bot.engine.server", "--model", str(self._model)]
        engine += ["--port", str(self._engine_port)]
        for command in (actions, engine):
            log = (self._database.parent / f"{command[2]}.log").open("wb")
            with log:
                process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            self._processes.append(process)
        self._wait_for(self._actions_port, "actions.server")
        self._wait_for(self._engine_port, "bot.engine.server")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=20)

    def restore_store(self) -> None:
        """Make the shop what it was after seeding, under the running processes."""
        _copy(self._pristine, self._database)

    def _wait_for(self, port: int, name: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes) or _is_healthy(port):
                break
            time.sleep(POLL_SECONDS)
        if not _is_healthy(port):
            log = self._database.parent / f"{name}.log"
            raise NotReady(f"{name} is not ready:\n{log.read_text(errors='replace')[-3000:]}")


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copying: it takes part in the locking, so other processes may have `target` open."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target, timeout=10)) as copy:
        original.backup(copy)


@dataclass
class Answer:
    """What one message led to."""

    actions: list[str]
    replies: tuple[Reply, ...]
    intent: str
    language: str
    slots: Json = field(default_factory=dict)
    mood: str | None = None

    @property
    def responses(self) -> list[str]:
        return [str(reply.response) for reply in self.replies]

    @property
    def text(self) -> str:
        return "\n".join(str(reply.text) for reply in self.replies)


class Talk:
    """One customer's conversation, turn by turn, as the gateway would carry it."""

    def __init__(self, store: Store, http: aiohttp.ClientSession, engine_url: str) -> None:
        self.store = store
        self._http = http
        self._engine_url = engine_url
        self._session: WebSession | None = None
        self.buttons: list[Json] = []

    async def begin(self, persona: str | None) -> None:
        """A new visit; logged in as `persona`, or anonymous."""
        self._session = await open_web_session(self.store, widget=WIDGET)
        if persona:
            self._session = await identify_web_session(
                self.store, widget=WIDGET, token=self._session.token, subject=persona
            )

    @property
    def conversation_id(self) -> UUID:
        assert self._session is not None, "begin() first"
        return self._session.conversation_id

    async def say(self, text: str) -> Answer:
        """Send what the customer types, or with CLICK before a title, the button of that title."""
        choice_id = await self._find_choice(text.removeprefix(CLICK)) if text.startswith(CLICK) else None
        await self._accept(None if choice_id else text, choice_id)
        claim = await claim_turn(
            self.store, lease_seconds=LEASE_SECONDS, conversation_id=self.conversation_id
        )
        assert claim is not None, "the message waits for its turn"
        result = _result(await self._ask_engine(question_of(claim)))
        reason = ESCALATION.decide(claim, result)
        if reason is not None:
            call = await self._ask_engine(escalating_question(claim, result, reason))
            result = escalated(result, _result(call), reason)
        await commit_turn(self.store, claim, result, keep_lease=False)
        understanding = result.understanding or {}
        return Answer(
            actions=[name for name in result.actions if name not in QUIET],
            replies=result.replies,
            intent=understanding["intent"],
            language=str(result.language),
            slots=_slots(result.state),
            mood=(understanding.get("mood") or {}).get("level"),
        )

    async def _accept(self, text: str | None, choice_id: str | None) -> None:
        assert self._session is not None
        await accept_message(
            self.store,
            IncomingMessage(
                channel="web",
                account=WIDGET,
                identity_id=self._session.identity_id,
                conversation_id=self.conversation_id,
                external_id=f"{self.conversation_id}:{uuid4()}",
                text=text,
                choice_id=choice_id,
            ),
        )

    async def _find_choice(self, title: str) -> str:
        """The newest button whose title begins like this."""
        events = await list_events(self.store, self.conversation_id, after_seq=0)
        buttons = [button for event in reversed(events) for button in event.buttons]
        for button in buttons:
            if button.title.startswith(title):
                return button.id
        raise AssertionError(f"no button {title!r}; there are {[button.title for button in buttons]}")

    async def _ask_engine(self, question: Question) -> Json:
        body = asdict(question)
        headers = {"Authorization": f"Bearer {SECRET}"}
        async with self._http.post(f"{self._engine_url}/turn", json=body, headers=headers) as response:
            answered: Json = await response.json()
            assert response.status == 200, f"the engine answered {response.status}: {json.dumps(answered)}"
            return answered


def _result(answered: Json) -> TurnResult:
    replies = tuple(
        Reply(
            text=reply.get("text"),
            response=reply.get("response"),
            buttons=tuple(ReplyButton(b["title"], b["choice"]) for b in reply.get("buttons") or []),
            card=reply.get("card"),
            language=answered["language"],
            because=tuple(reply.get("because") or ()),
        )
        for reply in answered["replies"]
    )
    return TurnResult(
        replies=replies,
        state=answered["state"],
        understanding=answered["understanding"],
        actions=tuple(answered["actions"]),
        language=answered["language"],
    )


def _slots(state: Json | None) -> Json:
    """The slots as the state's events leave them. The state is the engine's own: only tests look inside."""
    slots: Json = {}
    for event in (state or {}).get("events", []):
        if event["e"] == "slot":
            slots[event["k"]] = event["v"]
    return slots
