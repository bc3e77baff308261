"""What we are made of: every pin hashed, nothing from an address, licences we may use. Works offline.

Known vulnerabilities need the advisory databases: `make audit` asks them where they can be reached.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.environments import ENGINE, REQUIREMENTS, TOOLS
from tools.progress import ROOT

PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[A-Za-z0-9,_-]+\])?==[^\s;@]+( ;[^\\]*)?$")
HASHED = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Words of the licences we may use, as packages write them; "and", "or" and versions do not matter here.
ALLOWED = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|Apache|BSD|0BSD|PSF|Python Software Foundation|MPL|Mozilla Public|ISC|TCL|"
    r"Unlicense|Public Domain|CC0|CC-BY|BlueOak|Python-2|Zlib|OFL)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(A?GPL|SSPL|BUSL|Commons Clause|Proprietary|NonCommercial)", re.IGNORECASE)
# Looked at by hand: what their metadata leaves out, or why it is fine.
BY_HAND = {
    "axe-playwright-python": "its metadata is silent; its repository says MIT; tests only",
    "psycopg2-binary": "LGPL: a dependency of Rasa's, used as it comes",
    "dnspython": "its metadata says only that it is approved; ISC; Rasa's",
    "skops": "its metadata says only that it is approved; MIT; Rasa's",
}
NPM_AUDIT = ("npm", "audit", "--json", "--audit-level=low")
# Pins are read as they are: nothing is resolved or installed.
PIP_AUDIT = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json", "--desc=off", "-r")
NOBODY_ANSWERS = "the advisory database is not reachable: skipped"
NONE_KNOWN = "no known vulnerabilities"
LIST_LICENCES = """
import json
from importlib.metadata import distributions
def of(each):
    meta = each.metadata
    classifiers = meta.get_all("Classifier") or []
    classifiers = [one.split("::")[-1].strip() for one in classifiers if "License ::" in one]
    said = meta.get("License-Expression") or "; ".join(classifiers) or (meta.get("License") or "").strip()
    return [meta["Name"], said[:200]]
print(json.dumps(sorted(of(each) for each in distributions())))
"""


def complaints() -> list[str]:
    """One line for each dependency that is not as it must be; empty when all is well."""
    found: list[str] = []
    for pins in sorted(REQUIREMENTS.glob("*.txt")):
        if pins.name != "engine-overrides.txt":  # a list of versions for the resolver, not of pins
            found += [f"requirements/{pins.name}: {line}" for line in of_pins(pins.read_text())]
    for lock in sorted(ROOT.glob("web/*/package-lock.json")):
        found += [f"{lock.relative_to(ROOT)}: {line}" for line in of_lock(json.loads(lock.read_text()))]
    for environment in (TOOLS, ENGINE):  # the tools hold the service's packages too
        listing = subprocess.run(
            [environment.python, "-c", LIST_LICENCES], stdout=subprocess.PIPE, check=True
        ).stdout
        found += [f"{environment.name}: {line}" for line in of_licences(json.loads(listing))]
    return found


def of_pins(text: str) -> Iterator[str]:
    """What is wrong with a file of pins."""
    lines = text.replace("\\\n", " ").splitlines()
    for line in (line.strip() for line in lines):
        if not line or line.startswith("#"):
            continue
        name = line.split(" --hash", 1)[0].strip()
        if not PINNED.match(name):
            yield f"{name[:60]}: not `name==version`; a package from an address cannot be checked"
        elif not HASHED.search(line):
            yield f"{name}: without a hash; write the pins again with `make lock`"


def of_lock(lock: dict[str, Any]) -> Iterator[str]:
    """What is wrong with npm's lock."""
    for path, package in lock.get("packages", {}).items():
        if not path or package.get("link"):
            continue
        name = path.rpartition("node_modules/")[2]
        if not str(package.get("integrity", "")).startswith("sha512-"):
            yield f"{name}: without a hash"
        if re.match(r"git|file:|ssh", str(package.get("resolved", ""))):
            yield f"{name}: from an address, which cannot be checked"
        yield from of_licences([[name, str(package.get("license", ""))]])


def of_licences(packages: list[list[str]]) -> Iterator[str]:
    """Packages with a licence nobody has allowed."""
    for name, licence in packages:
        if name.lower() in BY_HAND or (ALLOWED.search(licence) and not REFUSED.search(licence)):
            continue
        yield f"{name}: licence {licence or 'unknown'}; look at it, then add it to tools/dependencies.py"


def audit(parts: list[Path], pins: list[Path]) -> int:
    """Ask for known vulnerabilities of web parts and of pins; 1 when there are any, 0 when nobody answers."""
    worst = 0
    for part in parts:
        worst = max(worst, _tell(f"web/{part.name}", read_npm(_ask(NPM_AUDIT, part))))
    for file in pins:
        answer = _ask([TOOLS.python, *PIP_AUDIT, file], ROOT)
        worst = max(worst, _tell(f"requirements/{file.name}", read_pip_audit(answer)))
    return worst


def _ask(command: Sequence[str | Path], folder: Path) -> bytes:
    """What the program answers; what it says beside that only when it has no answer.

    It fails because of what it found as well as because nobody answered it, and pip-audit calls pins well
    that no database knows.
    """
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if not done.stdout.strip():
        sys.stderr.write(done.stderr.decode(errors="replace"))
    return done.stdout


def _tell(what: str, verdict: tuple[str, int]) -> int:
    print(f"audit {what}: {verdict[0]}", flush=True)
    return verdict[1]


def read_npm(answer: bytes) -> tuple[str, int]:
    """What npm's answer means."""
    try:
        counts = json.loads(answer)["metadata"]["vulnerabilities"]
        total = int(counts["total"])
    except (ValueError, KeyError, TypeError):
        return NOBODY_ANSWERS, 0
    return (f"{total} known vulnerabilities: {counts}", 1) if total else (NONE_KNOWN, 0)


def read_pip_audit(answer: bytes) -> tuple[str, int]:
    """What pip-audit's answer means. A package that the database does not know was not looked at."""
    try:
        packages = json.loads(answer)["dependencies"]
        skipped = sum("skip_reason" in each for each in packages)
        known = [_vulnerable(each) for each in packages if each.get("vulns")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return NOBODY_ANSWERS, 0
    if skipped == len(packages):
        return NOBODY_ANSWERS, 0
    verdict = f"{len(known)} with known vulnerabilities: {'; '.join(known)}" if known else NONE_KNOWN
    if skipped:
        verdict += f" ({skipped} of {len(packages)} not in the database)"
    return verdict, int(bool(known))


def _vulnerable(package: dict[str, Any]) -> str:
    """`name version: advisory (mended in version)`."""
    advisories = [
        f"{each['id']} (mended in {', '.join(each['fix_versions']) or 'no version yet'})"
        for each in package["vulns"]
    ]
    return f"{package['name']} {package['version']}: {', '.join(advisories)}"


if __name__ == "__main__":
    lines = complaints()
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
