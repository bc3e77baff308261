"""All checks, in the order of a visit: what stands on what comes after it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from bot.doctor import assistant, configuration, database, dialogue, gateway, mail, slack, storage, telegram
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import Patient
from bot.errors import BadSettings
from bot.settings import (
    Settings,
    StoreSettings,
    list_unknown_settings,
    load_settings,
    load_store_settings,
)

CHECK_SECONDS = 20.0  # the slowest asks three sentences of an engine that takes its time-out for each

Check = Callable[[Patient], Awaitable[Finding]]
StoreCheck = Callable[[StoreSettings], Awaitable[Finding]]

# These need no secret, so they are made even when the settings are incomplete.
OF_THE_STORE: tuple[StoreCheck, ...] = (
    storage.check_data_folder,
    storage.check_disk,
    database.check_database,
    database.check_migrations,
)
OF_THE_SERVICE: tuple[Check, ...] = (
    configuration.check_secrets,
    configuration.check_demo,
    configuration.check_public_address,
    configuration.check_origins,
    configuration.check_time_zones,
    database.check_agents,
    database.check_outbox,
    dialogue.check_intents,
    assistant.check_model,
    assistant.check_engines,
    assistant.check_actions,
    assistant.check_sentences,
    gateway.check_gateway,
    gateway.check_socket,
    gateway.check_clock,
    telegram.check_telegram,
    slack.check_slack,
    mail.check_mail,
)


async def examine(*, model: Path | None = None) -> list[Finding]:
    """Everything that can be looked at."""
    try:
        settings = load_settings()
    except BadSettings as problem:
        return await _examine_without_secrets(str(problem))
    async with aiohttp.ClientSession() as session:
        patient = Patient(settings, session, model)
        waiting = [
            *(_guarded(check.__name__, check(settings)) for check in OF_THE_STORE),
            *(_guarded(check.__name__, check(patient)) for check in OF_THE_SERVICE),
        ]
        return [_judge_settings(settings), *await asyncio.gather(*waiting)]


async def _examine_without_secrets(problem: str) -> list[Finding]:
    advice = (
        "Set it in the environment or .env (docs/configuration.md); the service is not looked at until then"
    )
    unreadable = fail("settings", problem, advice)
    try:
        settings = load_store_settings()
    except BadSettings:
        return [unreadable]
    waiting = (_guarded(check.__name__, check(settings)) for check in OF_THE_STORE)
    return [unreadable, *await asyncio.gather(*waiting)]


def _judge_settings(settings: Settings) -> Finding:
    readable = f"{len(type(settings).model_fields)} settings are readable"
    if not (unknown := list_unknown_settings()):
        return ok("settings", readable)
    told = ", ".join(f"{name} (is {meant} meant?)" if meant else name for name, meant in unknown)
    return warn(
        "settings", f"{readable}, but nobody reads {told}", "docs/configuration.md lists all there are"
    )


async def _guarded(name: str, check: Awaitable[Finding]) -> Finding:
    """One check that breaks or hangs must not hide the others."""
    title = name.removeprefix("check_").replace("_", " ")
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check
    except TimeoutError:
        return fail(
            title, f"no answer within {CHECK_SECONDS:.0f} s", "Something hangs there: look at its log"
        )
    except Exception as error:  # noqa: BLE001  the boundary: whatever broke is a finding; its text may be personal
        return fail(title, f"the check itself failed ({type(error).__name__})", "Please report this")
