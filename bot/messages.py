"""What travels between the rooms of the service: frozen values, no transport.

What the store keeps has its types in `crm_store.domain`; here is what only the service knows.
"""

from dataclasses import dataclass

from crm_store.domain.conversations import JsonObject

# The intent behind every "talk to a person" button.
TALK_TO_A_PERSON: JsonObject = {"intent": "contact_human_agent", "entities": {}}


@dataclass(frozen=True, slots=True)
class Question:
    """One turn as the engine is asked it; exactly one of `text` and `choice` is given."""

    conversation: str
    message_id: str
    text: str | None
    choice: JsonObject | None
    state: JsonObject | None
    facts: JsonObject
