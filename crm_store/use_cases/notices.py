"""What a customer is told when the conversation changes hands: messages of the system, in their language.

The sentences are in `crm_store/wording`. A notice is written in the transaction of the change
it tells of, and is delivered like any message.
"""

from collections.abc import Mapping

from crm_store.domain.agents import AgentName
from crm_store.domain.conversations import Author
from crm_store.domain.customers import Language
from crm_store.domain.handling import Handled
from crm_store.domain.teams import Team
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.pushing import push
from crm_store.use_cases.unit_of_work import UnitOfWork
from crm_store.wording import say


async def tell_about_agent(uow: UnitOfWork, handled: Handled, notice: str, agent: AgentName) -> None:
    """Tell the customer something about an agent."""
    language = language_of(handled)
    await _tell(uow, handled, notice, language, {"agent": agent.in_language(language)})


async def tell_about_team(uow: UnitOfWork, handled: Handled, notice: str, team: Team) -> None:
    """Tell the customer something about a team."""
    language = language_of(handled)
    await _tell(uow, handled, notice, language, {"team": team.named(language)})


def language_of(handled: Handled) -> str:
    """The language the conversation is held in."""
    return handled.language or Language.ENGLISH.value


async def _tell(
    uow: UnitOfWork, handled: Handled, notice: str, language: str, values: Mapping[str, str]
) -> None:
    message_id = new_id()
    text = say(language, notice, **values)
    await uow.handling.add_notice(handled, message_id, notice, text, language, uow.now)
    await push(uow, handled, message_id, Author.SYSTEM)
