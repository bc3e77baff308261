"""Reads the assistant the way this repository stores it: responses stand beside the other training data.

Rasa takes one domain path. Naming this importer in config.yml lets every command (`rasa train`, `rasa shell`,
`rasa data validate`, our own training) see domain.yml together with data/responses/*.yml.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import rasa.shared.data
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.utils.common import cached_method


class TopicImporter(RasaFileImporter):
    """Rasa's file importer, which also merges the domain files found among the training data."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | Sequence[str] | None = None,
        training_data_paths: str | list[str] | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._domain_parts = rasa.shared.data.get_data_files(training_data_paths, Domain.is_domain_file)

    @cached_method
    def get_domain(self) -> Domain:
        """domain.yml and every domain file below the data paths, merged; never merged twice."""
        main = super().get_domain()
        already_read = {Path(path).resolve() for path in _as_list(self._domain_path)}
        for path in sorted(self._domain_parts):
            if Path(path).resolve() not in already_read:
                main = main.merge(Domain.load(path))
        return main


def _as_list(paths: str | Sequence[str] | None) -> list[str]:
    if paths is None:
        return []
    return [paths] if isinstance(paths, str) else list(paths)
