"""What a payload of PostgreSQL's says."""

from uuid import UUID

import pytest

from crm_store.domain.hints import ConversationHint, Hint, MessageHint, NoteHint, OutboxHint, SeenHint
from crm_store.sql.hints import read_hint

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("payload", "hint"),
    [
        (f"conversation {ONE} 7 1 0 kotha-a", ConversationHint(ONE, 7, waits=True, moved=False)),
        (f"conversation {ONE} 8 0 1 kotha-a", ConversationHint(ONE, 8, waits=False, moved=True)),
        (f"seen {ONE} 3 kotha-a", SeenHint(ONE, 3)),
        ("outbox slack kotha-a", OutboxHint("slack")),
        (f"message {ONE} {OTHER} kotha-a", MessageHint(ONE, OTHER)),
        (f"note {ONE} {OTHER} kotha-a", NoteHint(ONE, OTHER)),
    ],
)
def test_a_hint_of_another_process_is_read(payload: str, hint: Hint) -> None:
    assert read_hint(payload, "kotha-b") == hint


def test_ones_own_hints_are_skipped() -> None:
    assert read_hint(f"seen {ONE} 3 kotha-b", "kotha-b") is None


def test_who_committed_may_have_any_name() -> None:
    assert read_hint("outbox mail my own tool", "kotha-b") == OutboxHint("mail")
    assert read_hint("outbox mail ", "kotha-b") == OutboxHint("mail")


def test_a_kind_that_a_newer_version_speaks_of_is_passed_over() -> None:
    assert read_hint("weather sunny kotha-a", "kotha-b") is None
