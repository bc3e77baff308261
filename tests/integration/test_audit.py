"""pip-audit, as pinned, asks an advisory database on loopback about pins, and its answer is understood."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from tools.dependencies import PIP_AUDIT, read_pip_audit

PINS = f"""harmless==1.0 --hash=sha256:{"a" * 64}
holey==2.0 --hash=sha256:{"b" * 64}
"""


async def test_a_vulnerable_pin_is_found(tmp_path: Path) -> None:
    asked = []

    async def query(request: web.Request) -> web.Response:
        package = await request.json()
        asked.append((package["package"]["name"], package["version"]))
        return web.json_response({"vulns": [HOLE]} if package["package"]["name"] == "holey" else {})

    app = web.Application()
    app.router.add_post("/v1/query", query)
    async with TestServer(app) as database:
        url = str(database.make_url("/v1/query"))
        verdict = await audit(tmp_path, url)
    assert sorted(asked) == [("harmless", "1.0"), ("holey", "2.0")]
    assert verdict == ("1 with known vulnerabilities: holey 2.0: PYSEC-2026-1 (mended in 2.1)", 1)


async def test_a_database_that_is_away_is_no_verdict(tmp_path: Path, unused_tcp_port: int) -> None:
    verdict = await audit(tmp_path, f"http://127.0.0.1:{unused_tcp_port}/v1/query")
    assert verdict == ("the advisory database is not reachable: skipped", 0)


async def audit(folder: Path, database: str) -> tuple[str, int]:
    pins = folder / "pins.txt"
    pins.write_text(PINS)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(*PIP_AUDIT, str(pins), "-s", "osv", "--osv-url", database),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return read_pip_audit(said)


HOLE = {
    "id": "PYSEC-2026-1",
    "summary": "Full of holes",
    "affected": [
        {
            "package": {"name": "holey", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
        }
    ],
}
