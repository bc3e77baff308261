"""Messages kept for a person to label. Masked; gone with the conversation they came from."""

import sqlalchemy as sa

from crm_store.domain.review import ReviewReason
from crm_store.sql.tables.base import AnyText, Json, metadata, moment, one_of, reference, uuid_key, word

review_candidates = sa.Table(
    "review_candidates",
    metadata,
    uuid_key(),
    reference("conversation_id", "conversations"),
    sa.Column("text", AnyText(), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),  # "" when the message does not tell
    sa.Column("guesses", Json, nullable=False),  # [[intent, confidence], ...]
    word("reason"),
    sa.Column("model", sa.String(128), nullable=False),
    moment("at"),
    moment("exported_at", required=False),
    one_of("reason", ReviewReason),
)
sa.Index(
    "ix_review_candidates_new",
    review_candidates.c.id,
    sqlite_where=sa.text("exported_at IS NULL"),
    postgresql_where=sa.text("exported_at IS NULL"),
)
