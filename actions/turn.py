"""One turn as an action sees it: the message, the slots, and what it says and remembers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from rasa_sdk.events import ActionExecuted, ActiveLoop, FollowupAction, SlotSet, UserUttered

from actions.cards import Card
from actions.formatting import Formatter
from actions.labels import LANGUAGES, label
from crm_store.domain.errors import UnknownConversation
from crm_store.domain.opening_hours import shop_date
from crm_store.domain.sessions import WEB
from crm_store.use_cases.applied_actions import ActionKey

Event = dict[str, Any]
Button = dict[str, str]

REQUESTED_SLOT: Final = "requested_slot"
_LISTENING: Final = frozenset({"action_listen", "action_extract_slots"})


@dataclass(frozen=True)
class Said:
    """A response that was chosen, with all that is needed to say it again."""

    response: str
    arguments: dict[str, Any]
    buttons: list[Button]
    card: Card | None


class Turn:
    """The customer's message and the answer that is being put together."""

    def __init__(self, tracker: Any, dispatcher: Any, now: datetime) -> None:
        self._tracker = tracker
        self._dispatcher = dispatcher
        self._events: list[Event] = []
        self.now = now
        self.said: list[Said] = []
        self.explanations: list[Event] = []
        self._because: list[Event] = []

    # --- the message ---

    @property
    def conversation_id(self) -> UUID:
        """Raises UnknownConversation for a sender that the store did not give out (`rasa shell`)."""
        try:
            return UUID(self._tracker.sender_id)
        except ValueError as error:
            raise UnknownConversation(str(self._tracker.sender_id)) from error

    @property
    def text(self) -> str:
        return str(self._tracker.latest_message.get("text") or "")

    @property
    def intent(self) -> str:
        return str((self._tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        return float((self._tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def intent_ranking(self) -> list[str]:
        """Names of intents the message may have, likeliest first."""
        return [str(entry["name"]) for entry in self._tracker.latest_message.get("intent_ranking") or []]

    def entities(self, name: str) -> list[str]:
        """The values of all entities called `name` in this message, in order, without repeats."""
        return list(dict.fromkeys(str(entity["value"]) for entity in self._entities_called(name)))

    @property
    def all_entities(self) -> list[Event]:
        """Every entity of this message, as the engine found it."""
        return list(self._tracker.latest_message.get("entities") or [])

    def entity(self, name: str) -> str | None:
        """The first entity called `name` in this message."""
        return next(iter(self.entities(name)), None)

    def value_of(self, name: str) -> Any:
        """The value of the first entity called `name` as it was understood: money and periods are objects."""
        return next((entity["value"] for entity in self._entities_called(name)), None)

    def keys_of(self, name: str) -> list[str]:
        """The keys of the entities called `name` that have one: kinds of products, kinds of cards."""
        return [str(entity["key"]) for entity in self._entities_called(name) if entity.get("key")]

    def places_of(self, name: str) -> list[tuple[int, int]]:
        """Where in the text the entities called `name` stand."""
        return [
            (int(entity["start"]), int(entity["end"]))
            for entity in self._entities_called(name)
            if "start" in entity
        ]

    def _entities_called(self, name: str) -> list[dict[str, Any]]:
        entities = self._tracker.latest_message.get("entities") or []
        return [entity for entity in entities if entity["entity"] == name]

    # --- the dialogue ---

    def slot(self, name: str) -> Any:
        return self._tracker.slots.get(name)

    @property
    def language(self) -> str:
        language = self.slot("language")
        return language if language in LANGUAGES else LANGUAGES[0]

    @property
    def format(self) -> Formatter:
        return Formatter(self.language)

    def words(self, path: str, **arguments: str) -> str:
        """A label in the language of the turn."""
        return label(self.language, path, **arguments)

    @property
    def today(self) -> date:
        """The shop's calendar day."""
        return shop_date(self.now)

    def day(self, at: datetime) -> date:
        """The calendar day `at` falls on in the shop."""
        return shop_date(at)

    @property
    def active_form(self) -> str | None:
        return self._tracker.active_loop_name  # type: ignore[no-any-return]

    @property
    def is_verified(self) -> bool:
        """For wording only; use cases check for themselves (G5)."""
        return self.slot("verified") is True

    @property
    def channel(self) -> str:
        """Where the customer writes; `rasa shell` counts as the website."""
        return str(self.slot("channel") or WEB)

    @property
    def is_public(self) -> bool:
        """Whether others read along."""
        return bool(self.slot("place") == "public")

    def has_just_begun(self, form: str) -> bool:
        """Whether `form` was activated by this very message."""
        return any(
            event["event"] == "active_loop" and event["name"] == form for event in self._since_message()
        )

    def was_interrupted_in(self, form: str) -> bool:
        """Whether `form` already gave this message to somebody else, who answered it."""
        return any(_is_answer_beside(form, event) for event in self._since_message())

    def key(self, action: str) -> ActionKey:
        """The idempotency key of a change by `action` in this turn: the same in every repeat of the turn."""
        ordinal = sum(
            event["event"] == "action" and event["name"] == action for event in self._since_first_request()
        )
        return ActionKey(message_id=self._message_id, action=action, ordinal=ordinal)

    @property
    def _message_id(self) -> UUID:
        message = self._tracker.latest_message
        written = str((message.get("metadata") or {}).get("message_id") or message.get("message_id") or "")
        try:
            return UUID(written)
        except ValueError:
            # Stock Rasa numbers messages its own way.
            return uuid5(NAMESPACE_OID, f"{self._tracker.sender_id}/{written}")

    def _since_message(self) -> list[Event]:
        events: list[Event] = self._tracker.events
        last = next((i for i in range(len(events) - 1, -1, -1) if events[i]["event"] == "user"), -1)
        return events[last + 1 :]

    @property
    def is_later_request(self) -> bool:
        """Whether the same message asked for something else before, which is answered already."""
        earlier = self._since_first_request()[: -len(self._since_message()) or None]
        return any(event["event"] == "bot" for event in earlier)

    def _since_first_request(self) -> list[Event]:
        """A message with several requests stands in the tracker once for each of them."""
        events: list[Event] = self._tracker.events
        users = [index for index, event in enumerate(events) if event["event"] == "user"]
        message = events[users[-1]].get("message_id") if users else None
        first = users[-1] if users else -1
        for index in reversed(users):
            if message is None or events[index].get("message_id") != message:
                break
            first = index
        return events[first + 1 :]

    # --- the answer ---

    def say(
        self, response: str, *, card: Card | None = None, buttons: Iterable[Button] = (), **arguments: Any
    ) -> None:
        """Choose a response of data/responses; `arguments` are its placeholders, formatted already."""
        said = Said(response, arguments, list(buttons), card)
        self.said.append(said)
        beside = {name: value for name, value in (("card", card), ("because", self._because)) if value}
        self._because = []
        self._dispatcher.utter_message(
            response=response,
            buttons=said.buttons,
            json_message=beside or None,
            **{name: _plain(value) for name, value in arguments.items()},
        )

    def button(self, path: str, payload: str) -> Button:
        """A button titled by a label."""
        return {"title": self.words(path), "payload": payload}

    def explain(self, response: str, *, value: str | None = None, **arguments: str) -> None:
        """Give a true reason for what is said next: for "why?", and for agents who look at the line.

        Agents are told the first of the `arguments`, or `value` where that is in the customer's words.
        """
        self.explanations.append({"response": response, "arguments": arguments})
        fact = response.split("_", 2)[2]  # utter_why_<fact>
        self._because.append({"fact": fact, "value": value or next(iter(arguments.values()), None)})

    def set(self, **slots: Any) -> None:
        self._tracker.slots.update(slots)
        self._events.extend(SlotSet(name, value) for name, value in slots.items())

    def forget_all_but(self, kept: Collection[str]) -> None:
        """Empty the dialogue's memory: who writes here is nobody we know any more."""
        self.clear([name for name in self._tracker.slots if name not in kept])

    def clear(self, names: Sequence[str]) -> None:
        """Empty the slots that are filled."""
        self.set(**{name: None for name in names if self.slot(name) is not None})

    def offer(self, what: str) -> None:
        """Remember what a plain "yes" to this reply would mean."""
        self.set(offer=what)

    def remember_order(self, number: str) -> None:
        """Make `number` the order being talked about, unless a form is busy with one of its own."""
        if self.active_form in (None, "track_order_form"):
            self.set(order_number=number)

    def follow_up(self, action: str) -> None:
        """Have `action` (or a form) run next in this turn."""
        self._events.append(FollowupAction(action))

    def restate(self, intent: str, text: str, entities: list[Event]) -> None:
        """Have this message count as `text` with this meaning: the rules go on from there in this turn."""
        understood = {"name": intent, "confidence": 1.0}
        message_id = str(self._message_id)
        self._events += [
            ActionExecuted("action_listen"),
            {
                **UserUttered(text, {"text": text, "intent": understood, "entities": entities}),
                "message_id": message_id,
                "metadata": {"message_id": message_id},
            },
        ]

    def end_form(self) -> None:
        """From within a form's validation: no more questions."""
        # Rasa rejects a form that fills nothing but the requested slot, hence the second one.
        self.set(**{REQUESTED_SLOT: None, "offered_choices": None})

    def leave_form(self) -> None:
        """From outside: the form is over."""
        self._events.append(ActiveLoop(None))
        self.set(**{REQUESTED_SLOT: None})

    @property
    def events(self) -> list[Event]:
        return self._events


def _is_answer_beside(form: str, event: Event) -> bool:
    if event["event"] == "action_execution_rejected":
        return bool(event["name"] == form)
    return event["event"] == "action" and event["name"] not in _LISTENING | {form}


def _plain(value: Any) -> Any:
    # Rasa takes "0[" in a filled text for a placeholder that it failed to fill, and shows the raw response.
    return value.replace("[", "(").replace("]", ")") if isinstance(value, str) else value
