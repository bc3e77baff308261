"""What training prepares before Rasa is imported."""

from pathlib import Path

import pytest

from bot.engine.training import multiply_with_wide_vectors

WIDE = "flags : fpu avx2 avx512f avx512dq avx512cd avx512bw avx512vl"


@pytest.mark.parametrize(("flags", "told"), [(WIDE, "SkylakeX"), ("flags : fpu avx2 avx512f", None)])
def test_wide_vectors_are_used_where_the_processor_has_them(
    flags: str, told: str | None, tmp_path: Path
) -> None:
    (tmp_path / "cpuinfo").write_text(flags, encoding="utf-8")
    environment: dict[str, str] = {}
    multiply_with_wide_vectors(environment, tmp_path / "cpuinfo")
    assert environment.get("OPENBLAS_CORETYPE") == told


def test_what_somebody_chose_stays(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(WIDE, encoding="utf-8")
    environment = {"OPENBLAS_CORETYPE": "Zen"}
    multiply_with_wide_vectors(environment, tmp_path / "cpuinfo")
    assert environment == {"OPENBLAS_CORETYPE": "Zen"}


def test_nothing_is_known_of_a_processor_that_is_not_described(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    multiply_with_wide_vectors(environment, tmp_path / "missing")
    assert environment == {}
