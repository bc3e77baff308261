"""`python -m tests.unit.engine.train_tiny FILE`: train the tiny assistant, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent / "tiny_assistant"


def train(output: Path) -> None:
    from rasa.model_training import train as rasa_train

    rasa_train(
        domain=str(HERE / "domain.yml"),
        config=str(HERE / "config.yml"),
        training_files=[str(HERE / name) for name in ("nlu.yml", "rules.yml", "stories.yml")],
        output=str(output.parent),
        fixed_model_name=output.name,
        force_training=True,
    )


if __name__ == "__main__":
    train(Path(sys.argv[1]))
