"""What customers think of the shop, in stars and words.

Raises UnknownConversation, and VerificationNeeded unless the customer is proven (G5).
"""

from typing import Final
from uuid import UUID

from crm_store.domain.conversations import Author
from crm_store.domain.identities import ConversationParty
from crm_store.domain.reviews import BEST, WORST, Review
from crm_store.use_cases.applied_actions import ActionKey, apply_once, verified_customer
from crm_store.use_cases.identifiers import new_id
from crm_store.use_cases.ports.history import Interaction
from crm_store.use_cases.unit_of_work import Store, UnitOfWork

# Longer than anybody writes in a chat; it bounds what one row can hold.
MAX_COMMENT: Final = 2000


async def leave_review(
    store: Store, conversation_id: UUID, *, key: ActionKey, rating: int, comment: str | None
) -> Review:
    """Keep a rating from 1 to 5 with the customer's words, if any. Raises ValueError for another rating."""
    if not WORST <= rating <= BEST:
        raise ValueError(f"a rating is {WORST} to {BEST}, not {rating}")
    words = (comment or "").strip()[:MAX_COMMENT] or None

    async def change(uow: UnitOfWork, party: ConversationParty) -> Review:
        review = Review(new_id(), rating, words)
        await uow.reviews.add(verified_customer(party), conversation_id, review, uow.now)
        await uow.interactions.append(
            Interaction(
                kind="survey_answered",
                at=uow.now,
                customer_id=party.customer_id,
                conversation_id=conversation_id,
                message_id=key.message_id,
                actor=Author.CUSTOMER,
                facts={"rating": rating},
            )
        )
        return review

    return await apply_once(store, conversation_id, key, Review, change)
