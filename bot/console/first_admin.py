"""`python -m bot.console.first_admin --name "Farhana Rahman" --email farhana@shop.example`

Makes the first administrator of a set-up without the demo shop and prints the password once; whoever can run
it can read the database anyway. The others are made at the console.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.console.passwords import Passwords, new_password
from bot.errors import BadSettings
from bot.settings import check_mailbox, load_store_url
from crm_store.domain.agents import Role
from crm_store.domain.errors import ConflictingWrite, KothaStoreError
from crm_store.sql import open_store
from crm_store.use_cases.agents import add_agent, list_agents
from crm_store.use_cases.unit_of_work import Store

ALREADY = "There is an administrator already: further agents are made at the console, under Settings."


class AdminExists(Exception):
    """There is an administrator; ask that person for an account."""


async def make_first_admin(store: Store, *, name: str, email: str) -> str:
    """The new administrator's password. Raises AdminExists, ConflictingWrite when the address is taken."""
    if any(agent.active and agent.role is Role.ADMIN for agent in await list_agents(store)):
        raise AdminExists
    password = new_password()
    hashed = await Passwords().hash(password)
    await add_agent(store, name=name, email=email, password_hash=hashed, role=Role.ADMIN)
    return password


async def _make(url: str, name: str, email: str) -> str:
    store = await open_store(url)
    try:
        return await make_first_admin(store, name=name, email=email)
    finally:
        await store.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the administrator; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.console.first_admin")
    parser.add_argument("--name", required=True)
    parser.add_argument("--email", required=True, type=_mailbox)
    options = parser.parse_args(arguments)
    try:
        password = asyncio.run(_make(load_store_url(), options.name, options.email))
    except AdminExists:
        return _refuse(ALREADY)
    except ConflictingWrite:
        return _refuse("An agent has this address already.")
    except (BadSettings, KothaStoreError) as problem:
        return _refuse(f"The store cannot be used: {problem}")
    sys.stdout.write(f"{options.email} may log in at /console/ with the password {password}\n")
    return 0


def _mailbox(text: str) -> str:
    try:
        return check_mailbox(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _refuse(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
