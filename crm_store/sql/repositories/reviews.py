"""Reviews in SQL: answers to the question how it went."""

from datetime import datetime
from uuid import UUID

from crm_store.domain.reviews import Review
from crm_store.sql.connections import Connection
from crm_store.sql.tables import survey_responses


class SqlReviews:
    """See `crm_store.use_cases.ports.reviews.Reviews`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, customer_id: UUID, conversation_id: UUID, review: Review, at: datetime) -> None:
        await self._connection.execute(
            survey_responses.insert().values(
                id=review.id,
                customer_id=customer_id,
                conversation_id=conversation_id,
                rating=review.rating,
                comment=review.comment,
                answered_at=at,
            )
        )
