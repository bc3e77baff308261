"""Debian's Chromium and a Bengali font, for the end-to-end tests."""

from __future__ import annotations

import os
import shutil

from tools.progress import Reporter

PACKAGES = ["chromium", "fonts-noto-core"]


def chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    return next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(reporter: Reporter) -> None:
    """Install with apt-get (root on Debian); elsewhere the tests are reported as skipped with the reason."""
    hint = "Install Chromium by hand (Debian: apt-get install chromium fonts-noto-core)."
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    reporter.run(["apt-get", "update", "-qq"], doing="apt-get update", on_failure=hint, env=env)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    reporter.run(command, doing="apt-get install chromium", on_failure=hint, env=env)
