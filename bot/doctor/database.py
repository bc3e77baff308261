"""The database: reachable, migrated, set up as the store needs it, and of the same time as we."""

import sys
from datetime import UTC, datetime

from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import START, Patient
from bot.settings import StoreSettings
from crm_store.domain.errors import KothaStoreError, StoreNotMigrated
from crm_store.migrations import Fit, find_fit, find_revisions
from crm_store.sql.inspection import (
    DatabaseCondition,
    OutboxCondition,
    inspect_database,
    inspect_desk,
    inspect_outbox,
)

# Leases are rows, read by each node's own clock: two nodes that disagree take each other's turns.
WARN_CLOCK_SECONDS = 1.0
FAIL_CLOCK_SECONDS = 3.0  # half of the lease
SLOW_OUTBOX_SECONDS = 300.0  # five failed tries; a platform that is away for longer deserves a look
UNMIGRATED = f"Run `{sys.executable} -m crm_store.migrations` with the service's settings; `make run` does"


async def check_database(settings: StoreSettings) -> Finding:
    """It answers and is set up as the store does it."""
    try:
        condition = await inspect_database(settings.store_url)
    except KothaStoreError as error:
        advice = f"{START}, or set KOTHA_DATABASE_URL to where the database is"
        return fail("database", f"it cannot be reached ({error})", advice)
    if condition.journal_mode != "wal":
        advice = "Move the file to a disk of this machine: SQLite needs shared memory there"
        return fail("database", f"its journal is {condition.journal_mode}, not WAL", advice)
    if not condition.foreign_keys:
        return fail("database", "foreign keys are off", "Use an SQLite that has them")
    return _clock(condition)


def _clock(condition: DatabaseCondition) -> Finding:
    said = f"{condition.dialect} {condition.version}"
    if condition.clock is None:
        return ok("database", f"{said}, WAL, foreign keys")
    apart = abs((datetime.now(UTC) - condition.clock).total_seconds())
    advice = "Run NTP on both machines (`timedatectl set-ntp true`)"
    if apart > FAIL_CLOCK_SECONDS:
        return fail("database", f"{said}: its clock is {apart:.1f} s away from ours", advice)
    if apart > WARN_CLOCK_SECONDS:
        return warn("database", f"{said}: its clock is {apart:.1f} s away from ours", advice)
    return ok("database", f"{said}, clocks {apart:.1f} s apart")


async def check_migrations(settings: StoreSettings) -> Finding:
    """At the newest revision this code knows, or at a newer one it can work with."""
    try:
        current, head = await find_revisions(settings.store_url)
        fit = await find_fit(settings.store_url)
    except KothaStoreError:
        return fail("migrations", "the database cannot be reached", "See the line `database`")
    if fit is Fit.NEWER_COMPATIBLE:
        said = f"the database is at {current}, newer than this code ({head}), which still works with it"
        return warn("migrations", said, "Finish the rolling restart: every node on the new version")
    if fit is Fit.NEWER_INCOMPATIBLE:
        said = f"the database is at {current}, where this code ({head}) cannot work"
        return fail("migrations", said, "Run the newer code")
    if fit is Fit.OLDER:
        return fail("migrations", f"the database is at {current}, the code needs {head}", UNMIGRATED)
    return ok("migrations", f"at {head}, the newest")


async def check_agents(patient: Patient) -> Finding:
    """Somebody can take over, and somebody can give others an account."""
    try:
        desk = await inspect_desk(patient.settings.store_url)
    except StoreNotMigrated:
        return fail("agents", "the database has no agents' tables", UNMIGRATED)
    except KothaStoreError:
        return fail("agents", "the database cannot be reached", "See the line `database`")
    if not desk.active:
        advice = f"Make the first administrator: `{sys.executable} -m bot.console.first_admin --help`"
        return fail("agents", "there is no active agent", advice)
    if not desk.admins:
        advice = "Give one agent the role admin: nobody can make accounts or reset passwords"
        return warn("agents", f"{desk.active} active, none of them an administrator", advice)
    return ok("agents", f"{desk.active} active, {desk.admins} of them administrators")


async def check_outbox(patient: Patient) -> Finding:
    """What waits to be sent, and what could not be."""
    try:
        condition = await inspect_outbox(patient.settings.store_url)
    except KothaStoreError:
        return fail("outbox", "the database cannot be reached", "See the lines `database` and `migrations`")
    waited = _age(condition)
    if waited > SLOW_OUTBOX_SECONDS:
        advice = "See the lines of the platforms; messages leave by themselves once they are back"
        return warn("outbox", f"{condition.pending} messages wait, the oldest {waited:.0f} s", advice)
    if condition.undelivered or condition.unreadable:
        said = f"{condition.undelivered} messages undelivered, {condition.unreadable} updates unreadable"
        return warn("outbox", said, "A supervisor finds them at the console under Undelivered")
    return ok("outbox", f"{condition.pending} waiting, none given up")


def _age(condition: OutboxCondition) -> float:
    return (datetime.now(UTC) - condition.oldest).total_seconds() if condition.oldest else 0.0
