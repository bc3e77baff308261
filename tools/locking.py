"""`make lock`: write the hashed pins again from requirements/*.in, without download addresses."""

from __future__ import annotations

from collections.abc import Sequence

from tools import setup
from tools.environments import ENGINE, REQUIREMENTS, SERVICE, TOOLS, UV, Environment
from tools.interpreters import find_interpreter
from tools.progress import Reporter

HINT = "Two requirements contradict each other: the lines above name them."


def lock(arguments: Sequence[str]) -> int:
    """Resolve anew; `--upgrade` takes newer versions, otherwise pins that still fit stay."""
    setup.prepare([setup.INSTALLER])
    reporter = Reporter(terminal=False)
    for environment in (UV, SERVICE, TOOLS, ENGINE):  # tools takes the service's pins as constraints
        _compile(environment, reporter, list(arguments))
    return 0


def _compile(environment: Environment, reporter: Reporter, arguments: list[str]) -> None:
    options = ["--quiet", "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url"]
    if environment is ENGINE:
        overrides = REQUIREMENTS / "engine-overrides.txt"
        options += ["--python", find_interpreter(environment.versions), "--override", str(overrides)]
    else:
        options += ["--universal", "--python-version", ".".join(map(str, environment.versions[0]))]
    source = REQUIREMENTS / f"{environment.name}.in"
    reporter.run(
        [UV.folder / "bin" / "uv", "pip", "compile", *options, *arguments, source, "-o", environment.pins],
        doing=f"resolving {source.name}",
        on_failure=HINT,
    )
