"""Getting an account and getting into it: steps for the customer, and a person when they do not help."""

from actions.topic_action import TopicAction
from actions.turn import Turn
from actions.typed_secrets import types_secret
from crm_store.domain.accounts import Account, mask_email, mask_phone
from crm_store.use_cases.accounts import find_account


class AccountSteps(TopicAction):
    """Base of the answers that tell what to do on the website; asked for twice, a person is offered."""

    topic: str
    steps: str
    steps_logged_in: str

    def name(self) -> str:
        return f"action_{self.topic}"

    async def answer(self, turn: Turn) -> None:
        if types_secret(turn):
            turn.say("utter_secret_typed")
        if turn.slot("account_help") == self.topic:
            turn.say("utter_account_steps_did_not_help")
            turn.offer("handoff")
            turn.set(account_help=None)
            return
        await self.say_steps(turn)
        turn.set(account_help=self.topic)

    async def say_steps(self, turn: Turn) -> None:
        """Say what to do, as far as it goes for somebody who is logged in or is not."""
        turn.say(self.steps_logged_in if turn.is_verified else self.steps)


class ActionCreateAccount(AccountSteps):
    topic = "create_account"
    steps = "utter_create_account"
    steps_logged_in = "utter_create_account_logged_in"


class ActionRegistrationProblems(AccountSteps):
    topic = "registration_problems"
    steps = "utter_registration_problems"
    steps_logged_in = "utter_registration_problems_logged_in"


class ActionRecoverPassword(AccountSteps):
    topic = "recover_password"
    steps = "utter_recover_password"
    steps_logged_in = "utter_recover_password_logged_in"


class ActionSwitchAccount(AccountSteps):
    """Names the account this chat goes by: whoever sees a wrong name knows why."""

    topic = "switch_account"
    steps = "utter_switch_account"
    steps_logged_in = "utter_switch_account_logged_in"

    async def say_steps(self, turn: Turn) -> None:
        if not turn.is_verified:
            turn.say(self.steps)
            return
        account = await find_account(self.store, turn.conversation_id)
        name = turn.format.name(account.name, account.name_bn)
        turn.say(self.steps_logged_in, name=name, contact=_contact(turn, account))

    def ask_for_login(self, turn: Turn) -> None:
        """The facts said logged in, the store knows better."""
        turn.say(self.steps)


def _contact(turn: Turn, account: Account) -> str:
    if account.email:
        return mask_email(account.email)
    return turn.format.digits(mask_phone(account.phone)) if account.phone else turn.words("account.nothing")
