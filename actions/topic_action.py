"""What every action here does beside its own work: log-in refused honestly, memory of what was said."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from rasa_sdk import Action

from actions.turn import Event, Turn
from crm_store.domain.errors import UnknownConversation, VerificationNeeded
from crm_store.domain.sessions import WEB
from crm_store.use_cases.unit_of_work import Store

Clock = Callable[[], datetime]

# More than this is not repeated: the dialogue state is bounded to 32 KiB, and a list of five orders is 3 KiB.
MAX_REMEMBERED: Final = 4


class TopicAction(Action):
    """An action over the store. Subclasses say their `name` and implement `answer`."""

    remembers: bool = True
    """Whether this is an answer to "why?" and "say that again"; questions of forms are not."""

    account_url: str = ""
    """The shop's page for customers who are logged in, where they connect other channels."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self._clock = clock

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        """Rasa's entry: answers with events; what is said goes through the dispatcher."""
        turn = Turn(tracker, dispatcher, self._clock())
        try:
            await self.answer(turn)
        except (VerificationNeeded, UnknownConversation):
            self.ask_for_login(turn)
        self._remember(turn)
        return turn.events

    async def answer(self, turn: Turn) -> None:
        """Read the turn, call a use case, say something."""
        raise NotImplementedError

    def ask_for_login(self, turn: Turn) -> None:
        """Personal things need a proven identity (G5): say so, and how to get one."""
        self.ask_who_it_is(turn, "utter_login_needed")

    def ask_who_it_is(self, turn: Turn, on_website: str, **arguments: Any) -> None:
        """The next step where the customer writes: log in, connect the account, or go on in private (CH6).

        `on_website` is the response that asks to log in, with its `arguments`.
        """
        if turn.is_public:
            turn.say("utter_private_needed")
        elif turn.channel == WEB:
            turn.say(on_website, **arguments)
        else:
            turn.say("utter_connect_needed", url=self.account_url)

    def _remember(self, turn: Turn) -> None:
        if not self.remembers:
            if turn.explanations:
                turn.set(last_explanation=turn.explanations)
            return
        if turn.said:
            changed = {event.get("name") for event in turn.events}
            over = ("misunderstood",) if turn.is_later_request else ("offer", "misunderstood")
            turn.clear([name for name in over if name not in changed])
            said = [*_said_to_this_message(turn, "last_said"), *(dict(vars(said)) for said in turn.said)]
            reasons = [*_said_to_this_message(turn, "last_explanation"), *turn.explanations]
            turn.set(last_said=said[-MAX_REMEMBERED:], last_explanation=reasons or None)


def _said_to_this_message(turn: Turn, slot: str) -> list[Event]:
    """What answered the earlier requests of the same message."""
    return list(turn.slot(slot) or ()) if turn.is_later_request else []
