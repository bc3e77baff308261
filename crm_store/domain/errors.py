"""What can go wrong in the store; each docstring says what to do next.

KothaStoreError
├── UnknownConversation, UnknownCustomer, UnknownOrder, UnknownChoice, UnknownReturn, UnknownDocument,
│     UnknownProduct
├── UnusableDetail, MergedInto
├── NotYours, VerificationNeeded, IdentityConflict
├── LinkUnusable, TooManyGuesses, NotLinked
├── AlreadyMerged, MergeNeedsDecision, NotMerged, MergedLater
├── NotCancellable, AddressNotChangeable, OrderNotChangeable, TooManyAddresses
├── NotReturnable ── ReturnWindowClosed, AlreadyRequested
├── NotRefundable, UnknownTicket
├── NameTaken, UnknownVariable, UnknownCannedReply, LastAdministrator, TeamNeeded, KeyUsed
├── BadSession, SessionExpired
├── BadCursor
├── TurnLost, MessageWithdrawn
├── NotInThatState, AlreadyClaimed, EpochMoved, NotAssignee
├── UnknownAgent, UnknownTeam, UnknownNote, UnknownLabel, UnknownMessage
├── UnknownAttachment, TooManyUploads
├── LoadLimitReached, AgentNotThere, TooLateToEdit
├── UpdateSeenBefore, UnknownDeadLetter
├── TooManyWaiting
├── StoreUnavailable ── StoreNotMigrated
├── SchemaUnfit
└── ConflictingWrite
"""

from uuid import UUID

from crm_store.domain.agents import AgentName


class KothaStoreError(Exception):
    """Something the store refused; catch a subclass to know what to do."""


class UnknownConversation(KothaStoreError):
    """This sender has no such conversation. Open a session and use the conversation it gives."""


class UnknownCustomer(KothaStoreError):
    """No such customer. Check the reference; an anonymous visitor has no customer yet."""


class MergedInto(KothaStoreError):
    """This customer was found to be another one: ask for that one, or part the two first."""


class UnknownOrder(KothaStoreError):
    """The customer has no such order (it may be somebody else's: do not say). Ask for the number again."""


class UnknownReturn(KothaStoreError):
    """The customer has no return with this number. List the customer's returns instead."""


class UnknownDocument(KothaStoreError):
    """No document is behind this link, or not any more. Ask for the document again in the chat."""


class UnknownProduct(KothaStoreError):
    """There is no such article, or it was withdrawn. Search by its words; say that it is not on sale."""


class UnknownChoice(KothaStoreError):
    """The button is not one of this conversation's. Refuse the click; the customer can write instead."""


class UnusableDetail(KothaStoreError):
    """A name, e-mail address or phone number that cannot be one. Say how it is written and ask again."""


class NotYours(KothaStoreError):
    """The thing belongs to somebody else. Answer as if it did not exist."""


class VerificationNeeded(KothaStoreError):
    """The channel identity is not proven well enough (G5). Ask the customer to log in, then repeat."""


class IdentityConflict(KothaStoreError):
    """The channel identity already belongs to another customer. Leave both; a person may merge them."""


class LinkUnusable(KothaStoreError):
    """The link or code is wrong, used or run out (which one is not told). Make a new one on the website."""


class TooManyGuesses(KothaStoreError):
    """This account typed too many wrong codes. Try again in `retry_after` seconds, or use the link."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many wrong codes: again in {retry_after:.0f} s")
        self.retry_after = retry_after


class NotLinked(KothaStoreError):
    """The account is nobody's, or was never connected by a link. There is nothing to take away."""


class AlreadyMerged(KothaStoreError):
    """One of the two was merged into somebody before. Look at that customer, or part the two first."""


class MergeNeedsDecision(KothaStoreError):
    """Two proven accounts contradict each other. Only a supervisor may decide that they are one person."""


class NotMerged(KothaStoreError):
    """This customer is not merged into anybody. There is nothing to part."""


class MergedLater(KothaStoreError):
    """The customer who has everything was merged into a third one. Part those two first."""


class NotCancellable(KothaStoreError):
    """The order's state does not allow cancelling. Say `reason`; offer a return where that is possible."""

    def __init__(self, order: str, reason: str) -> None:
        super().__init__(f"{order} cannot be cancelled: {reason}")
        self.order = order
        self.reason = reason


class AddressNotChangeable(KothaStoreError):
    """The parcel has left (or the order is closed). Say so and offer a person."""

    def __init__(self, order: str, reason: str) -> None:
        super().__init__(f"the address of {order} cannot be changed: {reason}")
        self.order = order
        self.reason = reason


class OrderNotChangeable(KothaStoreError):
    """Articles of this order cannot be changed by the customer alone. Say `reason`; open a ticket instead."""

    def __init__(self, order: str, reason: str) -> None:
        super().__init__(f"the articles of {order} cannot be changed: {reason}")
        self.order = order
        self.reason = reason


class TooManyAddresses(KothaStoreError):
    """The customer keeps as many addresses as the store takes. Ask them to give one up in their profile."""


class NotReturnable(KothaStoreError):
    """The item cannot be sent back. Say `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot be returned: {reason}")
        self.reason = reason


class ReturnWindowClosed(NotReturnable):
    """The days for returning this item are over. Say until when it was possible; offer a person."""

    def __init__(self, reason: str = "window_closed") -> None:
        super().__init__(reason)


class AlreadyRequested(NotReturnable):
    """A return of this item is already under way. Show that one instead of opening another."""

    def __init__(self, reason: str = "already_requested") -> None:
        super().__init__(reason)


class NotRefundable(KothaStoreError):
    """So much cannot be sent back for the order. Say `reason`, and how much is `left` (minor units)."""

    def __init__(self, order: str, reason: str, left: int) -> None:
        super().__init__(f"{order} cannot be refunded: {reason}")
        self.order = order
        self.reason = reason
        self.left = left


class UnknownTicket(KothaStoreError):
    """The customer has no ticket with this number. List the customer's tickets instead."""


class NameTaken(KothaStoreError):
    """Another one is called that already (a name, an address, a shortcut). Choose another."""


class UnknownVariable(KothaStoreError):
    """Nobody can fill this blank of a canned reply. Say its name, and which ones there are."""


class UnknownCannedReply(KothaStoreError):
    """No such canned reply, or another agent's own. Reload the list."""


class LastAdministrator(KothaStoreError):
    """Without this agent nobody could administer the console. Make somebody else an administrator first."""


class TeamNeeded(KothaStoreError):
    """The default team takes what no other takes. Keep it; change its name or hours instead."""


class KeyUsed(KothaStoreError):
    """An agent's action key belongs to another action. Use a new key for each change."""


class BadSession(KothaStoreError):
    """The session token is unknown, replaced or of another widget. Open a new session."""


class SessionExpired(KothaStoreError):
    """The session ran out. Open a new session; identify again if the customer was logged in."""


class TurnLost(KothaStoreError):
    """Another worker has this conversation now (or the turn is finished). Drop the result; do not retry."""


class MessageWithdrawn(KothaStoreError):
    """A person took over while the message was being sent. Send nothing more of it; what arrived is kept."""


class NotInThatState(KothaStoreError):
    """The conversation is not where this change starts from. Show `state` and `assignee_id`; look again."""

    def __init__(self, edge: str, state: str, assignee_id: UUID | None) -> None:
        super().__init__(f"{edge} does not start from {state}")
        self.edge = edge
        self.state = state
        self.assignee_id = assignee_id


class AlreadyClaimed(KothaStoreError):
    """A colleague has the conversation. Say who (`by`); only a transfer or a release changes that."""

    def __init__(self, conversation_id: UUID, by: AgentName) -> None:
        super().__init__(str(conversation_id))
        self.by = by


class EpochMoved(KothaStoreError):
    """The conversation changed hands since the caller looked. Look again; `epoch` is the current one."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the epoch is {epoch}")
        self.epoch = epoch


class NotAssignee(KothaStoreError):
    """Only the assignee may do this. Claim the conversation, or ask for a transfer."""


class UnknownAgent(KothaStoreError):
    """No such agent, or not active any more. Reload the list of agents."""


class UnknownTeam(KothaStoreError):
    """No such team. Reload the list of teams."""


class UnknownNote(KothaStoreError):
    """This agent wrote no such note in the conversation. Reload the conversation."""


class UnknownLabel(KothaStoreError):
    """One of the labels is gone. Reload the list of labels."""


class UnknownMessage(KothaStoreError):
    """The conversation has no such message of this agent. Reload the conversation."""


class UnknownAttachment(KothaStoreError):
    """No such file, somebody else's, or sent already. Upload it (again) and send the new id."""


class TooManyUploads(KothaStoreError):
    """The uploader has many files that no message carries. Send some, or wait a day."""


class LoadLimitReached(KothaStoreError):
    """The agent has as many conversations as they take (`limit`). Finish one, or let a colleague take it."""

    def __init__(self, agent_id: UUID, limit: int) -> None:
        super().__init__(str(agent_id))
        self.limit = limit


class AgentNotThere(KothaStoreError):
    """The colleague is not at the console. Transfer to the team's queue instead."""


class TooLateToEdit(KothaStoreError):
    """The message is too old to be changed. Send another one."""


class SurveyClosed(KothaStoreError):
    """The question how it went was answered before, or is of another conversation. Thank, change nothing."""


class UpdateSeenBefore(KothaStoreError):
    """The platform's update was handled, and what it brought is gone (erased). Acknowledge it."""


class UnknownDeadLetter(KothaStoreError):
    """No such dead letter, or one that cannot be sent again. Reload the list."""


class TooManyWaiting(KothaStoreError):
    """So many messages of this conversation wait for the bot that it takes no more. Send it again later."""


class StoreUnavailable(KothaStoreError):
    """The database cannot be reached or is locked for too long. Nothing was written; try again soon."""


class StoreNotMigrated(StoreUnavailable):
    """The database lacks the tables. Run `python -m crm_store.migrations --database URL`."""


class SchemaUnfit(KothaStoreError):
    """This code and the database's schema do not go together: migrate the database, or run newer code."""


class ConflictingWrite(KothaStoreError):
    """Somebody else wrote the same thing first. Nothing was written; run the use case again."""


class BadCursor(KothaStoreError):
    """This cursor was not given out for this list. Begin at the first page, without a cursor."""
