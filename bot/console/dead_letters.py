"""What did not arrive on a platform, or from one: supervisors see it, and send ours again."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from bot.channels.web.frames import timestamp
from bot.console.bodies import Checked, Nothing
from bot.console.calls import Answer, Call
from bot.console.permissions import Permission
from bot.console.routing import Route
from bot.console.shapes import listed
from bot.console.talks import Talks
from bot.console.writing import id_or_none
from crm_store.domain.channels import DeadLetter
from crm_store.use_cases.platforms import list_dead_letters, send_again
from crm_store.use_cases.unit_of_work import Store


class DeadLetterObject(TypedDict):
    """A message that did not arrive. `out`: ours; it can be sent again. `in`: nobody could read it."""

    id: str
    direction: Literal["in", "out"]
    channel: str
    account: str
    at: str
    reason: str
    conversation_id: str | None
    external_id: str | None
    size: int | None
    uncertain: bool


class DeadLettersQuery(Checked):
    """How many, the newest first."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50


@dataclass(frozen=True)
class DeadLetters:
    """Handlers of dead letters."""

    store: Store
    talks: Talks

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                "GET",
                "/dead-letters",
                Permission.BOARD_READ,
                self.list,
                "What did not arrive on a platform, or from one; the newest first",
                takes=DeadLettersQuery,
                gives=listed(DeadLetterObject),
            ),
            Route(
                "POST",
                "/dead-letters/{letter}/send-again",
                Permission.ASSIGN_OTHERS,
                self.send_again,
                "Send a message of ours again, before what follows it",
                status=204,
            ),
        ]

    async def list(self, call: Call[DeadLettersQuery]) -> Answer:
        """Without what they say: the conversation shows ours, and nobody could read the others."""
        letters = await list_dead_letters(self.store, limit=call.given.limit)
        return Answer({"items": [_object(letter) for letter in letters]})

    async def send_again(self, call: Call[Nothing]) -> Answer:
        """Once more with a whole day of attempts."""
        await send_again(self.store, call.request.match_info["letter"])
        self.talks.wake_delivery()
        return Answer(None, status=204)


def _object(letter: DeadLetter) -> DeadLetterObject:
    return {
        "id": letter.id,
        "direction": letter.direction.value,
        "channel": letter.channel,
        "account": letter.account,
        "at": timestamp(letter.at),
        "reason": letter.reason,
        "conversation_id": id_or_none(letter.conversation_id),
        "external_id": letter.external_id,
        "size": letter.size,
        "uncertain": letter.uncertain,
    }
