"""Every action of the model, made once.

Replaces `rasa.core.actions.action.action_for_name_or_text` of Rasa 3.6.21, which makes all default actions
anew for each look-up, and the places where forms, slot extraction and two-stage fallback make a RemoteAction
of their own.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import (
    Action,
    ActionExtractSlots,
    RemoteAction,
    action_for_name_or_text,
)
from rasa.core.actions.forms import FormAction
from rasa.core.actions.two_stage_fallback import TwoStageFallbackAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import (
    ACTION_DEFAULT_ASK_AFFIRMATION_NAME,
    ACTION_DEFAULT_ASK_REPHRASE_NAME,
    ACTION_DEFAULT_FALLBACK_NAME,
    ACTION_EXTRACT_SLOTS,
    ACTION_VALIDATE_SLOT_MAPPINGS,
    DEFAULT_SLOT_NAMES,
    REQUESTED_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.action_server import ActionServer
from bot.engine.remote_action import KothaRemoteAction, sent_domain

Json = Any  # what JSON can hold


class ActionBook:
    """The actions of one domain by name; custom ones run on `server`."""

    def __init__(self, domain: Domain, server: ActionServer) -> None:
        self._domain = domain
        self._server = server
        self._made: dict[str, Action] = {}
        self._outline = sent_domain(domain, with_forms=False)
        self._with_forms = sent_domain(domain, with_forms=True)
        self.messages_fill_slots = any(
            _fills(mapping)
            for slot in domain.slots
            if slot.name not in DEFAULT_SLOT_NAMES
            for mapping in slot.mappings
        )

    def action(self, name: str) -> Action:
        """The action of this name; ActionNotFoundException when the domain has none."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def form(self, name: str) -> BookFormAction:
        """The form's own logic, also when a custom action of the same name overrides it."""
        key = f"form:{name}"
        if key not in self._made:
            self._made[key] = BookFormAction(name, self)
        return self._made[key]

    def remote(self, name: str) -> RemoteAction:
        """The custom action of this name."""
        validates = name.startswith("validate_") or name == ACTION_VALIDATE_SLOT_MAPPINGS
        needs_domain = validates or self._domain.does_custom_action_explicitly_need_domain(name)
        return KothaRemoteAction(name, self._server, self._with_forms if needs_domain else self._outline)

    def _make(self, name: str) -> Action:
        stock = action_for_name_or_text(name, self._domain, None)
        if isinstance(stock, RemoteAction):
            return self.remote(name)
        if isinstance(stock, FormAction):
            return self.form(name)
        if isinstance(stock, ActionExtractSlots):
            return BookExtractSlots(self)
        if isinstance(stock, TwoStageFallbackAction):
            return BookTwoStageFallback(self)
        return stock


def _fills(mapping: Json) -> bool:
    """Whether a message alone can fill a slot by this mapping, or an action that runs with every message."""
    return bool(mapping.get("type") != "custom" or mapping.get("action"))


class BookFormAction(FormAction):
    """Rasa's form, with actions from the book and a cheap temporary tracker."""

    def __init__(self, form_name: str, book: ActionBook) -> None:
        super().__init__(form_name, None)
        self._book = book

    async def validate_slots(
        self,
        slot_candidates: dict[str, Json],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """As Rasa's, without deep-copying the candidates for a debug line, and with the book's action."""
        validate_name = f"validate_{self.name()}"
        if validate_name not in domain.action_names_or_texts:
            return []
        candidates: list[Event] = [SlotSet(name, value) for name, value in slot_candidates.items()]
        temporary = self._temporary_tracker(tracker, candidates, domain)
        return await self._book.action(validate_name).run(output_channel, nlg, temporary, domain)

    async def activate(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """As Rasa's, which finds ActionExtractSlots through a module function and logs deep copies."""
        extract_slots = self._book.action(ACTION_EXTRACT_SLOTS)
        extracted = await extract_slots.run(output_channel, nlg, tracker, domain)
        tracker.update_with_events(extracted, domain)
        slots: list[Event] = [event for event in extracted if isinstance(event, SlotSet)]
        if f"validate_{self.name()}" not in domain.action_names_or_texts:
            return slots
        required = self.required_slots(domain)
        prefilled = {
            name: tracker.get_slot(name) for name in required if not self._should_request_slot(tracker, name)
        }
        validated = await self.validate_slots(prefilled, tracker, domain, output_channel, nlg)
        names = {event.key for event in validated if isinstance(event, SlotSet)}
        return validated + [slot for slot in slots if isinstance(slot, SlotSet) and slot.key not in names]

    def _temporary_tracker(
        self, current_tracker: DialogueStateTracker, additional_events: list[Event], domain: Domain
    ) -> DialogueStateTracker:
        """As Rasa's, on a copy of the tracker: replayed from its events it would be without the facts."""
        temporary = current_tracker.copy()
        # Rasa's order: first the form's own requested slot, then the form's execution, then what is new.
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker))
        for event in (requested, ActionExecuted(self.name()), *additional_events):
            temporary.update(event)
        return temporary

    async def _ask_for_slot(
        self,
        domain: Domain,
        nlg: NaturalLanguageGenerator,
        output_channel: OutputChannel,
        slot_name: str,
        tracker: DialogueStateTracker,
    ) -> list[Event]:
        name = self._name_of_utterance(domain, slot_name)
        if name is None:
            return []
        return await self._book.action(name).run(output_channel, nlg, tracker, domain)

    async def _validate_if_required(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """As Rasa's, without deep-copying the customer's message for a debug line."""
        needs_validation = not tracker.active_loop or (
            tracker.latest_action_name == "action_listen" and not tracker.is_active_loop_interrupted
        )
        if needs_validation:
            return await self.validate(tracker, domain, output_channel, nlg)
        return await self.validate_slots({}, tracker, domain, output_channel, nlg)


class BookExtractSlots(ActionExtractSlots):
    """Rasa's slot extraction, with the book's actions; a failing one fails the turn (Rasa passes it over)."""

    def __init__(self, book: ActionBook) -> None:
        super().__init__(None)
        self._book = book

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """As Rasa's, which goes through every mapping of every slot, also of those only actions fill."""
        if self._book.messages_fill_slots:
            events: list[Event] = await super().run(output_channel, nlg, tracker, domain)
            return events
        return await self._execute_validation_action([], output_channel, nlg, tracker, domain)

    async def _run_custom_action(
        self,
        custom_action: str,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        events = await self._book.action(custom_action).run(output_channel, nlg, tracker, domain)
        return [event for event in events if isinstance(event, (SlotSet, BotUttered))]

    async def _execute_validation_action(
        self,
        extraction_events: list[Event],
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """As Rasa's, on a copy of the tracker: replayed from its events it would be without the facts."""
        slots: list[Event] = [event for event in extraction_events if isinstance(event, SlotSet)]
        if ACTION_VALIDATE_SLOT_MAPPINGS not in domain.user_actions:
            return slots
        temporary = tracker.copy()
        for slot in slots:
            temporary.update(slot)
        name = ACTION_VALIDATE_SLOT_MAPPINGS
        validated = await self._run_custom_action(name, output_channel, nlg, temporary, domain)
        names = {event.key for event in validated if isinstance(event, SlotSet)}
        return validated + [slot for slot in slots if slot.key not in names]

    def _fails_unique_entity_mapping_check(
        self, slot_name: str, mapping: dict[str, Json], tracker: DialogueStateTracker, domain: Domain
    ) -> bool:
        """As Rasa's, with the form of the book, which works its unique mappings out once."""
        form_name = tracker.active_loop_name
        if mapping["type"] != "from_entity" or not form_name or tracker.get_slot(REQUESTED_SLOT) == slot_name:
            return False
        form = self._book.form(form_name)
        return slot_name in form.required_slots(domain) and not form.entity_mapping_is_unique(mapping, domain)


class BookTwoStageFallback(TwoStageFallbackAction):
    """Rasa's two-stage fallback, with the book's actions."""

    def __init__(self, book: ActionBook) -> None:
        super().__init__(None)
        self._book = book

    async def _ask_affirm(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        return await self._run(ACTION_DEFAULT_ASK_AFFIRMATION_NAME, output_channel, nlg, tracker, domain)

    async def _ask_rephrase(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        return await self._run(ACTION_DEFAULT_ASK_REPHRASE_NAME, output_channel, nlg, tracker, domain)

    async def _give_up(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        return await self._run(ACTION_DEFAULT_FALLBACK_NAME, output_channel, nlg, tracker, domain)

    async def _run(
        self,
        name: str,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        return await self._book.action(name).run(output_channel, nlg, tracker, domain)
