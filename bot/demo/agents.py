"""The demo shop's agents get a password that only this installation knows."""

from bot.console.passwords import Passwords
from crm_store.seed.agent_rows import NO_PASSWORD, demo_email
from crm_store.seed.content import load_demo_agents
from crm_store.use_cases.agent_access import find_credentials, set_first_password
from crm_store.use_cases.unit_of_work import Store


async def give_passwords(store: Store, password: str) -> int:
    """Let the demo agents who have none log in with `password`; how many got it."""
    emails = [demo_email(agent["key"]) for agent in load_demo_agents()]
    found = [await find_credentials(store, email) for email in emails]
    without = [one.agent_id for one in found if one is not None and one.password_hash == NO_PASSWORD]
    if without:
        hashed = await Passwords().hash(password)
        for agent_id in without:
            await set_first_password(store, agent_id, hashed)
    return len(without)


def describe_agents() -> list[str]:
    """A line for each, for whoever starts the demo."""
    return [f"{demo_email(agent['key'])} ({agent['role']})" for agent in load_demo_agents()]
