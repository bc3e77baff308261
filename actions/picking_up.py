"""A person had the conversation and gave it back: what they did, and where the bot goes on."""

from typing import Any, Final

from actions.forms import FORM_SLOTS
from actions.labels import find_label
from actions.topic_action import TopicAction
from actions.turn import Turn

MAX_NAMED: Final = 3  # changes; more would be a list that nobody reads


class ActionPickUp(TopicAction):
    """Runs before the first message after a hand-back is looked at (docs/contracts/engine-turn.md)."""

    def name(self) -> str:
        return "action_pick_up"

    async def answer(self, turn: Turn) -> None:
        left: dict[str, Any] = turn.slot("handed_back") or {}
        agent = _agent(turn, left)
        changes = [said for change in left.get("changes") or () if (said := _in_words(turn, change))]
        turn.explain("utter_why_handed_back", agent=agent)
        if changes:
            listed = turn.words("pick_up.and").join(changes[:MAX_NAMED])
            turn.say("utter_pick_up_changes", agent=agent, changes=listed)
        else:
            outcome = left.get("outcome")
            known = outcome if outcome in ("solved", "waiting", "declined") else "other"
            turn.say(f"utter_pick_up_{known}", agent=agent)
        _go_on(turn, resume=bool(left.get("resume")))


def _go_on(turn: Turn, *, resume: bool) -> None:
    """With the form that was under way, or without it."""
    if turn.active_form is None:
        return
    if resume:
        turn.say("utter_pick_up_resume")
        return
    turn.clear([*FORM_SLOTS, "task", "offered_choices"])
    turn.leave_form()


def _agent(turn: Turn, left: dict[str, Any]) -> str:
    agent = left.get("agent") or {}
    if not agent.get("name"):
        return turn.words("pick_up.somebody")
    return turn.format.name(agent["name"], agent.get("name_bn"))


def _in_words(turn: Turn, change: dict[str, Any]) -> str | None:
    """ "refunded Tk 1,250 for KT-10234"; None for what the customer need not hear of."""
    facts = change.get("facts") or {}
    kind = f"pick_up.changes.{change.get('kind')}"
    if find_label(turn.language, kind) is None:
        return None
    amount = facts.get("amount")
    return turn.words(
        kind,
        order=str(facts.get("order") or facts.get("number") or turn.words("pick_up.your_order")),
        ticket=str(facts.get("ticket") or facts.get("number") or ""),
        amount=turn.format.money(int(amount)) if amount is not None else turn.words("pick_up.the_money"),
    )
