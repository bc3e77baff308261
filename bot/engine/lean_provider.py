"""The model's domain, read once.

Rasa 3.6.21 parses the domain's YAML four times when it loads a model, to find out whether it is a domain and
to check what it checked at training; with a shop's worth of responses each time takes a second.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_file, read_yaml

DOMAIN_FILE = "domain.yml"  # where Rasa's provider puts it


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
        with model_storage.read_from(resource) as folder:
            content = read_yaml(read_file(folder / DOMAIN_FILE))
        return cls(model_storage, resource, Domain.from_dict(Domain.merge_domain_dicts(content, {})))
