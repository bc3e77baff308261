"""Runs the model's graph in this thread, node after node.

Replaces `rasa.engine.runner.dask.DaskGraphRunner` of Rasa 3.6.21, which on every call cuts the schema down,
builds a dask graph, formats the whole tracker for a debug line, and walks the graph with dask: about 1 ms per
call, several calls per turn. The order of the nodes depends only on what is asked for, so it is worked out
once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from rasa.engine.graph import (
    ExecutionContext,
    GraphComponent,
    GraphNode,
    GraphNodeHook,
    GraphSchema,
    SchemaNode,
)
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler

from bot.engine.lean_policies import LEAN
from bot.engine.serving_storage import ServingModelStorage

Call = Callable[..., Any]


@dataclasses.dataclass(frozen=True)
class Step:
    """One node's turn: what to call, and the names of the nodes whose outputs are its arguments."""

    name: str
    call: Call
    needs: tuple[tuple[str, str], ...]


class PlainGraphRunner(GraphRunner):
    """A graph's nodes in dependency order."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[tuple[str, ...], list[Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> PlainGraphRunner:
        """Instantiate every node (see the interface)."""
        nodes = {
            name: GraphNode.from_schema_node(name, _lean(node), model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    @classmethod
    def serving(cls, storage: ServingModelStorage) -> PlainGraphRunner:
        """The graph that answers with a stored model."""
        schema = storage.metadata.predict_schema
        return cls.create(schema, storage, ExecutionContext(schema, storage.metadata.model_id))

    def run(
        self, inputs: dict[str, Any] | None = None, targets: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The outputs of `targets`, by node name."""
        wanted = tuple(targets or self._schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._plan(wanted)
        outputs = dict(inputs or {})
        for step in plan:
            outputs[step.name] = step.call(**{argument: outputs[need] for argument, need in step.needs})
        return {target: outputs[target] for target in wanted}

    def components(self) -> list[GraphComponent]:
        """The loaded components."""
        return [node._component for node in self._nodes.values() if node._component is not None]

    def _plan(self, targets: tuple[str, ...]) -> list[Step]:
        order: dict[str, Step] = {}

        def visit(name: str) -> None:
            if name in order or name not in self._schema.nodes:  # placeholders for inputs are no nodes
                return
            needs = tuple(self._schema.nodes[name].needs.items())
            for _, need in needs:
                visit(need)
            order[name] = Step(name, _call_of(self._nodes[name]), needs)

        for target in targets:
            visit(target)
        return list(order.values())


def _call_of(node: GraphNode) -> Call:
    """The component's own method; the node around it checks inputs and writes lines for debugging."""
    if node._component is None:
        raise ValueError(f"{node._node_name}: graphs that answer load their components at once")
    return partial(node._fn, node._component)


def _lean(node: SchemaNode) -> SchemaNode:
    return dataclasses.replace(node, uses=LEAN.get(node.uses, node.uses))


def without_commands(schema: GraphSchema, target: str) -> str:
    """The node whose messages stand for `target` when text that starts with "/" is to stay text (CH4).

    Rasa ends every graph of understanding with RegexMessageHandler, which turns `/intent{...}` typed by
    anyone into that intent. Its input already is the result for all other text.
    """
    node = schema.nodes[target]
    while issubclass(node.uses, RegexMessageHandler):
        target = node.needs["messages"]
        node = schema.nodes[target]
    return target
