"""The search index: which words lead to which customer and conversation (crm_store.domain.search_words).

Both hang on what they lead to, so that whoever is erased is found no more (G7).
"""

from typing import Final

import sqlalchemy as sa

from crm_store.domain.search_words import MAX_WORD
from crm_store.sql.tables.base import metadata, moment, reference

# Compared byte by byte: a prefix is a range of the index, whatever the database's language is.
WORD: Final = sa.String(MAX_WORD).with_variant(sa.String(MAX_WORD, collation="C"), "postgresql")

customer_words = sa.Table(
    "customer_words",
    metadata,
    reference("customer_id", "customers", index=False),
    sa.Column("word", WORD, nullable=False),
    moment("at"),
    sa.PrimaryKeyConstraint("customer_id", "word"),
    sa.Index("ix_customer_words_word_at", "word", "at"),
)

conversation_words = sa.Table(
    "conversation_words",
    metadata,
    reference("conversation_id", "conversations", index=False),
    sa.Column("word", WORD, nullable=False),
    moment("at"),  # when it was written last
    sa.Column("seq", sa.Integer(), nullable=False),  # and in which message
    sa.PrimaryKeyConstraint("conversation_id", "word"),
    sa.Index("ix_conversation_words_word_at", "word", "at"),
)

# How far the indexer has come, one row for each of its passes.
search_progress = sa.Table(
    "search_progress",
    metadata,
    sa.Column("pass_name", sa.String(32), primary_key=True),
    sa.Column("position", sa.String(40), nullable=False),
)
