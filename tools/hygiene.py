"""What must not stand in the repository: registry hosts, machine paths, secrets, large or built files."""

from __future__ import annotations

import re
import subprocess
import sys

from tools.progress import ROOT

LARGEST_BYTES = 1_048_576
FORBIDDEN = {
    # Written so that this file does not match itself.
    "the host of a package registry": rb"p[y]pi\.org|pythonh[o]sted\.org|registry\.npm[j]s|deb\.deb[i]an",
    "a path of one machine": rb"/r[o]ot/|/h[o]me/[a-z]+/",
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE [K]EY-----",
}
BUILT = re.compile(r"(^|/)(node_modules|\.venvs|dist|models)/|\.(sqlite3|db|tar\.gz|pyc|pem)$")


def complaints() -> list[str]:
    """One line for each thing that must not be committed; empty when all is well."""
    found: list[str] = []
    for name in _tracked_files():
        if BUILT.search(name):
            found.append(
                f"{name}: built output, a database or a model; add it to .gitignore and `git rm --cached` it"
            )
            continue
        content = (ROOT / name).read_bytes()
        if len(content) > LARGEST_BYTES:
            found.append(f"{name}: {len(content) // 1024} KiB; a file over 1 MiB hardly is source")
        found.extend(
            f"{name}: holds {what}" for what, pattern in FORBIDDEN.items() if re.search(pattern, content)
        )
    return found


def _tracked_files() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    return [name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


if __name__ == "__main__":
    lines = complaints()
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
