"""The model's domain, read once.

Rasa 3.6.21 parses the domain's YAML four times when it loads a model, to find out whether it is a domain and
to check what it checked at training; with a shop's worth of responses each time takes a second. The same
domain lies in the model's metadata as JSON.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider

from bot.engine.serving_storage import ServingModelStorage


class LeanDomainProvider(DomainProvider):
    """Rasa's provider with a shorter `load`."""

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LeanDomainProvider:
        """The domain the model was trained with."""
        if not isinstance(model_storage, ServingModelStorage):
            raise TypeError(f"{cls.__name__} reads the metadata of a ServingModelStorage")
        return cls(model_storage, resource, model_storage.metadata.domain)
