"""Notes agents leave for one another, and labels. Nothing here reaches the customer."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from crm_store.domain.errors import UnknownConversation, UnknownLabel, UnknownNote
from crm_store.domain.notes import Label, Note
from crm_store.use_cases.agents import access_agent
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.unit_of_work import Store


async def add_note(store: Store, conversation_id: UUID, *, agent_id: UUID, text: str) -> Note:
    """A note under the newest event. Raises UnknownConversation, UnknownAgent."""
    async with store.begin() as uow:
        agent = await access_agent(uow, agent_id)
        handled = await uow.handling.find(conversation_id, lock=True)
        if handled is None:
            raise UnknownConversation(str(conversation_id))
        note = Note(new_id(), conversation_id, handled.last_seq, uow.now, agent.shown, text)
        await uow.notes.add(note)
        await uow.commit()
        return note


async def find_note(store: Store, conversation_id: UUID, note_id: UUID) -> Note | None:
    """A note of a conversation."""
    async with store.read() as uow:
        return await uow.notes.find(conversation_id, note_id)


async def edit_note(store: Store, conversation_id: UUID, note_id: UUID, *, agent_id: UUID, text: str) -> Note:
    """One's own note in other words. Raises UnknownNote."""
    async with store.begin() as uow:
        note = await uow.notes.find(conversation_id, note_id)
        if note is None or note.agent.id != agent_id:
            raise UnknownNote(str(note_id))
        await uow.notes.save_text(note_id, text, uow.now)
        await uow.commit()
        return replace(note, text=text, edited_at=uow.now)


async def label_conversation(
    store: Store, conversation_id: UUID, label_ids: Collection[UUID], *, agent_id: UUID
) -> list[Label]:
    """These labels and no others. Raises UnknownConversation, UnknownAgent, UnknownLabel."""
    async with store.begin() as uow:
        await access_agent(uow, agent_id)
        if await uow.handling.find(conversation_id, lock=True) is None:
            raise UnknownConversation(str(conversation_id))
        known = {label.id for label in await uow.labels.list_all()}
        if not known.issuperset(label_ids):
            raise UnknownLabel(", ".join(map(str, label_ids)))
        await uow.labels.put_on(conversation_id, label_ids, agent_id, uow.now)
        labels = await uow.labels.list_on(conversation_id)
        await uow.commit()
        return labels


async def list_labels(store: Store) -> list[Label]:
    """Every label, by name."""
    async with store.read() as uow:
        return await uow.labels.list_all()


async def add_label(store: Store, *, name: str, name_bn: str, colour: str) -> Label:
    """Raises ConflictingWrite when the name is taken or the colour unknown."""
    async with store.begin() as uow:
        label = Label(new_id(), name, name_bn, colour)
        await uow.labels.add(label, uow.now)
        await uow.commit()
        return label


async def save_label(store: Store, label: Label) -> None:
    """Raises UnknownLabel, and ConflictingWrite as `add_label` does."""
    async with store.begin() as uow:
        if not await uow.labels.save(label):
            raise UnknownLabel(str(label.id))
        await uow.commit()


async def delete_label(store: Store, label_id: UUID) -> None:
    """It disappears from every conversation. Raises UnknownLabel."""
    async with store.begin() as uow:
        if not await uow.labels.delete(label_id):
            raise UnknownLabel(str(label_id))
        await uow.commit()
