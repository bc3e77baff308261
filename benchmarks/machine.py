"""What the benchmark ran on, without names or paths of the machine."""

from __future__ import annotations

import os
import platform
import subprocess

import psutil

from tools.progress import ROOT


def describe() -> dict[str, str]:
    """Processor, memory, system and the commit measured."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "commit": _git("rev-parse", "--short", "HEAD")
        + ("+changes" if _git("status", "--porcelain") else ""),
    }


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:  # noqa: PTH123  a plain read of a kernel file
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
