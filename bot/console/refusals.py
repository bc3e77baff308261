"""Store errors as the console tells them: specific, and with what the console needs to go on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bot.attachments.refusals import unknown_attachment
from bot.channels.web.refusals import Refusal, unavailable
from bot.console.bodies import bad_field
from bot.console.calls import not_found
from bot.console.canned import unknown_variable
from bot.console.shapes import NameObject
from bot.console.writing import name_object
from crm_store.domain import errors

FindName = Callable[[UUID], Awaitable[NameObject | None]]

_MISSING: Final[dict[type[errors.KothaStoreError], str]] = {
    errors.UnknownConversation: "conversation",
    errors.UnknownCustomer: "customer",
    errors.UnknownAgent: "agent",
    errors.UnknownTeam: "team",
    errors.UnknownLabel: "label",
    errors.UnknownNote: "note of yours",
    errors.UnknownMessage: "message of yours",
    errors.UnknownCannedReply: "canned reply",
    errors.UnknownDeadLetter: "dead letter",
    errors.NotLinked: "connected account of this customer",
}
SAID: Final[dict[type[errors.KothaStoreError], tuple[int, str, str]]] = {
    errors.UnknownOrder: (404, "unknown_order", "The customer has no order with this number."),
    errors.UnknownTicket: (404, "unknown_ticket", "The customer has no ticket with this number."),
    errors.VerificationNeeded: (
        409,
        "verification_needed",
        "The customer is not proven to be who they say. Ask them to log in first.",
    ),
    errors.NotAssignee: (409, "not_yours", "Only the assignee may do this. Claim the conversation first."),
    errors.NotYours: (403, "not_allowed", "That belongs to everybody: ask a supervisor."),
    errors.TooLateToEdit: (409, "too_late_to_edit", "The message is too old to be changed. Send another."),
    errors.AgentNotThere: (409, "agent_not_there", "The colleague is not at the console. Choose the team."),
    errors.NameTaken: (409, "name_taken", "Another one is called that already. Choose another."),
    errors.LastAdministrator: (
        409,
        "last_administrator",
        "Without this agent nobody could administer the console. Make somebody else an administrator.",
    ),
    errors.TeamNeeded: (
        409,
        "team_needed",
        "This team takes what no other team takes. It cannot be removed.",
    ),
    errors.AlreadyMerged: (
        409,
        "already_merged",
        "One of the two was merged before. Look at the customer who stayed, or part those first.",
    ),
    errors.MergeNeedsDecision: (
        409,
        "merge_needs_decision",
        "Both have proven a log-in of their own. Only a supervisor may decide that they are one person.",
    ),
    errors.NotMerged: (409, "not_merged", "This customer is not merged into another one. Load it again."),
    errors.MergedLater: (
        409,
        "merged_later",
        "The customer who stayed was merged into a third one. Part those two first.",
    ),
    errors.KeyUsed: (409, "key_used", "This key belongs to another action. Use a new one for each."),
}


@dataclass(frozen=True)
class Explainer:
    """Turns what a handler raised into what the console is told."""

    find_name: FindName

    async def explain(self, error: BaseException) -> Refusal | None:
        """The refusal; None when it is a defect of ours."""
        if isinstance(error, Refusal):
            return error
        if not isinstance(error, errors.KothaStoreError):
            return None
        return await self._of_handling(error) or _of_store(error)

    async def _of_handling(self, error: errors.KothaStoreError) -> Refusal | None:
        match error:
            case errors.AlreadyClaimed():
                message = "A colleague has this conversation."
                return _conflict("already_claimed", message, by=name_object(error.by))
            case errors.NotInThatState():
                message = "The conversation is not where this starts from any more. It was loaded again."
                assignee = None if error.assignee_id is None else await self.find_name(error.assignee_id)
                return _conflict("not_in_that_state", message, state=str(error.state), assignee=assignee)
            case errors.EpochMoved():
                message = "The conversation changed hands since you looked. Look again."
                return _conflict("epoch_moved", message, epoch=error.epoch)
            case errors.LoadLimitReached():
                message = f"They have as many conversations as they take ({error.limit})."
                return _conflict("load_limit_reached", message, limit=error.limit)
            case _:
                return None


def _of_store(error: errors.KothaStoreError) -> Refusal | None:
    match error:
        case errors.StoreUnavailable():
            return unavailable()
        case errors.ConflictingWrite():
            message = "Somebody was quicker, or the customer has a newer conversation open. Load it again."
            return _conflict("conflict", message)
        case errors.BadCursor():
            return bad_field("cursor", "Use the `next_cursor` of the page before, or none.")
        case errors.UnknownAttachment():
            return unknown_attachment()
        case errors.UnknownVariable():
            return unknown_variable(str(error))
        case errors.NotCancellable() | errors.AddressNotChangeable():
            return _not_possible(error.reason)
        case errors.NotRefundable():
            return _not_possible(error.reason, left=error.left)
    if (what := _MISSING.get(type(error))) is not None:
        return not_found(what)
    if (said := SAID.get(type(error))) is not None:
        status, code, message = said
        return Refusal(code, message, status=status)
    return None


def _not_possible(reason: str, **more: Any) -> Refusal:
    message = f"The order's state does not allow that: {str(reason).replace('_', ' ')}."
    return _conflict("not_possible", message, reason=str(reason), **more)


def _conflict(code: str, message: str, **more: Any) -> Refusal:
    return Refusal(code, message, status=409, **more)
