"""Finding out which article of a delivered order a message means."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from actions.choices import choose_by_name, choose_by_position
from actions.forms import ANSWERS
from actions.topic_action import TopicAction
from actions.turn import Turn
from crm_store.domain.returns import Return, ReturnableItem
from crm_store.use_cases.orders import find_order

# More buttons than this are a list nobody reads; the article can be typed.
MAX_OFFERED: Final = 6

# Intents whose messages may name an article to mean it, even after the first question.
CHOOSING: Final = frozenset({"pick_option", "deny", "request_return", "request_exchange"})


def item_key(item: ReturnableItem) -> str:
    """How a slot names an article: order and line."""
    return f"{item.order_number}/{item.line_id}"


def take_item(turn: Turn, items: Mapping[str, ReturnableItem], asked: str | None) -> bool:
    """Take the article the message names; after the first question only if it is another one."""
    chosen = choose_item(turn, items) if may_choose(turn, asked) else None
    if chosen is None or item_key(chosen) == turn.slot("return_item"):
        return False
    turn.set(return_item=item_key(chosen))
    return True


def may_choose(turn: Turn, asked: str | None) -> bool:
    """An article's name counts when it was asked for; later only in a message that is about choosing."""
    if turn.entity("return_item") or turn.entity("order_number"):
        return True
    asked_for = asked == "return_item" or turn.entity("option")
    return turn.intent in (ANSWERS | CHOOSING if asked_for else CHOOSING)


def choose_item(turn: Turn, items: Mapping[str, ReturnableItem]) -> ReturnableItem | None:
    named = turn.entity("return_item")
    if named:
        return items.get(named)
    number = turn.entity("order_number")
    fitting = {key: item for key, item in items.items() if number in (None, item.order_number)}
    if number and len(fitting) == 1:
        return next(iter(fitting.values()))
    shown = [key for key in turn.slot("offered_choices") or () if key in fitting] or list(fitting)
    for option in turn.entities("option"):
        key = choose_by_position(option, shown, turn.slot("return_item"))
        return fitting[key] if key else None
    key = choose_by_name(turn.text, {key: (i.product_name, i.product_name_bn) for key, i in fitting.items()})
    return fitting[key] if key else None


async def chosen_article(action: TopicAction, turn: Turn) -> tuple[str, str]:
    """The order's number and the article's name, of the article the form is about."""
    number, line_id = turn.slot("return_item").split("/")
    order = await find_order(action.store, turn.conversation_id, number)
    line = order.find_line(UUID(line_id))
    return order.number, turn.format.name(line.product_name, line.product_name_bn) if line else number


def article_name(turn: Turn, article: ReturnableItem | Return) -> str:
    return turn.format.name(article.product_name, article.product_name_bn)
