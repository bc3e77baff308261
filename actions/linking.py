"""Connecting Telegram or Slack with the account, and taking a connection away (docs/identity.md)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from actions.cards import connect_card
from actions.choices import choose_by_name, choose_by_position
from actions.formatting import bullets
from actions.forms import FinishForm, ValidateForm, requested, what_is_confirmed
from actions.labels import find_label
from actions.topic_action import TopicAction
from actions.turn import Button, Turn
from crm_store.domain.channels import ChannelAccount
from crm_store.domain.errors import NotLinked
from crm_store.domain.linking import (
    CODE_LIFETIME,
    LINK_LIFETIME,
    LinkedAccount,
)
from crm_store.domain.sessions import WEB
from crm_store.use_cases.linking import disconnect_once, list_accounts, list_connectable
from crm_store.use_cases.unit_of_work import Store

MESSENGER: Final = "messenger"
LINKED_ACCOUNT: Final = "linked_account"
# What a chat that is nobody's any more may still know.
NOT_PERSONAL: Final = frozenset({"language", "chosen_language", "channel", "place"})


class ActionConnectAccount(TopicAction):
    """What is connected, and a card that gives the customer a link and a code when they open it."""

    remembers = False  # what is connected changes

    def name(self) -> str:
        return "action_connect_account"

    async def answer(self, turn: Turn) -> None:
        turn.clear(["offer", "misunderstood"])
        accounts = await _connected(self.store, turn)
        ways = await self._ways(turn, accounts)
        if accounts:
            turn.say(
                "utter_connected_accounts",
                lines=bullets(_account_title(turn, each) for each in accounts),
                buttons=[_button(turn, "disconnect_account", each) for each in accounts],
            )
        if ways:
            turn.say(
                "utter_connect_ways",
                card=connect_card(ways),
                messengers=_listed(turn, ways),
                link_minutes=_minutes(turn, LINK_LIFETIME),
                code_minutes=_minutes(turn, CODE_LIFETIME),
            )
        elif not accounts:
            turn.say("utter_connect_nothing")

    async def _ways(self, turn: Turn, accounts: Sequence[LinkedAccount]) -> list[ChannelAccount]:
        """What is not connected yet: where the customer wants to, else everywhere."""
        has = {(each.channel, each.account) for each in accounts}
        free = [a for a in await list_connectable(self.store) if (a.channel, a.account) not in has]
        wanted = turn.entity(MESSENGER)
        if wanted is None:
            return free
        there = [each for each in free if each.channel == wanted]
        is_connected = any(each.channel == wanted for each in accounts)
        return there if there or is_connected else free

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_connect_login_needed")


class ValidateDisconnectAccountForm(ValidateForm):
    """Which one, and whether really."""

    form = "disconnect_account_form"
    trigger = "disconnect_account"
    confirmation = "disconnect_confirmed"

    async def begin(self, turn: Turn) -> None:
        accounts = await _connected(self.store, turn)
        if not accounts:
            turn.say("utter_disconnect_nothing")
            turn.end_form()
            return
        wanted = turn.entity(MESSENGER)
        meant = [each for each in accounts if wanted in (None, each.channel)] or accounts
        named = _by_id(accounts).get(turn.entity(LINKED_ACCOUNT) or "")
        if named or len(meant) == 1:
            turn.set(linked_account=str((named or meant[0]).identity_id))

    async def hear(self, turn: Turn) -> bool:
        if requested(turn) == self.confirmation and self.take_confirmation(turn):
            return True
        accounts = _by_id(await _connected(self.store, turn))
        chosen = _choose(turn, accounts)
        if chosen is None:
            return False
        turn.set(linked_account=chosen)
        return True

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")
        turn.end_form()


class ActionAskLinkedAccount(TopicAction):
    """Which of several."""

    remembers = False

    def name(self) -> str:
        return "action_ask_linked_account"

    async def answer(self, turn: Turn) -> None:
        accounts = await _connected(self.store, turn)
        turn.set(offered_choices=[str(each.identity_id) for each in accounts])
        turn.say("utter_which_linked_account", buttons=[_button(turn, "inform", each) for each in accounts])


class ActionAskDisconnectConfirmed(TopicAction):
    remembers = False

    def name(self) -> str:
        return "action_ask_disconnect_confirmed"

    async def answer(self, turn: Turn) -> None:
        account = _by_id(await _connected(self.store, turn)).get(turn.slot(LINKED_ACCOUNT))
        title = _account_title(turn, account) if account else turn.words("linking.that_account")
        turn.say("utter_confirm_disconnect", account=title, confirms=what_is_confirmed(turn))


class ActionDisconnectAccount(FinishForm):
    confirmation = "disconnect_confirmed"

    def name(self) -> str:
        return "action_disconnect_account"

    async def perform(self, turn: Turn) -> None:
        account, key = UUID(turn.slot(LINKED_ACCOUNT)), turn.key(self.name())
        try:
            gone = await disconnect_once(self.store, turn.conversation_id, account, key=key)
        except NotLinked:
            turn.say("utter_disconnect_nothing")
            return
        if gone.is_this_chat:
            turn.forget_all_but(NOT_PERSONAL)
        turn.say(
            "utter_disconnected_here" if gone.is_this_chat else "utter_disconnected",
            messenger=_messenger(turn, gone.channel),
        )

    async def leave(self, turn: Turn) -> None:
        turn.say("utter_disconnect_kept")

    def ask_for_login(self, turn: Turn) -> None:
        self.ask_who_it_is(turn, "utter_account_login_needed")


async def _connected(store: Store, turn: Turn) -> list[LinkedAccount]:
    """The customer's own, but for the website's. Raises VerificationNeeded."""
    accounts = await list_accounts(store, turn.conversation_id)
    return [each for each in accounts if each.channel != WEB and each.linked_at is not None]


def _by_id(accounts: Iterable[LinkedAccount]) -> dict[str, LinkedAccount]:
    return {str(each.identity_id): each for each in accounts}


def _choose(turn: Turn, accounts: Mapping[str, LinkedAccount]) -> str | None:
    """The account a click, a position, the messenger's name or the account's own means."""
    clicked = turn.entity(LINKED_ACCOUNT)
    if clicked:
        return clicked if clicked in accounts else None
    offered = [key for key in turn.slot("offered_choices") or () if key in accounts]
    for option in turn.entities("option"):
        return choose_by_position(option, offered, turn.slot(LINKED_ACCOUNT))
    there = [key for key, each in accounts.items() if each.channel == turn.entity(MESSENGER)]
    if len(there) == 1:
        return there[0]
    return choose_by_name(turn.text, {key: (each.shown or "",) for key, each in accounts.items()})


def _button(turn: Turn, intent: str, account: LinkedAccount) -> Button:
    words = "linking.disconnect" if intent == "disconnect_account" else "linking.choose"
    return {
        "title": turn.words(words, account=_account_title(turn, account)),
        "payload": f'/{intent}{{"{LINKED_ACCOUNT}": "{account.identity_id}"}}',
    }


def _account_title(turn: Turn, account: LinkedAccount) -> str:
    messenger = _messenger(turn, account.channel)
    return f"{messenger} ({account.shown})" if account.shown else messenger


def _listed(turn: Turn, accounts: Sequence[ChannelAccount]) -> str:
    return ", ".join(dict.fromkeys(_messenger(turn, each.channel) for each in accounts))


def _messenger(turn: Turn, channel: str) -> str:
    return find_label(turn.language, f"messenger.{channel}") or channel.title()


def _minutes(turn: Turn, lifetime: timedelta) -> str:
    return turn.format.number(int(lifetime.total_seconds() // 60))
