"""nginx in front: deploy/nginx/kotha.conf as it is, but for its addresses and without the certificate."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.fixtures.service import free_port
from tools.processes import Program
from tools.progress import ROOT

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
OURS = ROOT / "deploy" / "nginx" / "kotha.conf"


class NginxMissing(Exception):
    """nginx is not installed."""


def nginx(folder: Path, port: int, gateways: Sequence[str]) -> Program:
    """The program that serves on `port` for gateways at `address:port`."""
    program = shutil.which("nginx")
    if program is None:
        raise NginxMissing("nginx is not installed")
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    upstream = folder / "upstream.conf"
    upstream.write_text("".join(f"server {one} max_fails=0;\n" for one in gateways))
    configuration = folder / "nginx.conf"
    configuration.write_text("\n".join(_lines(folder, port, upstream)))
    command = [program, "-p", str(folder), "-c", str(configuration), "-g", "daemon off;"]
    return Program("nginx", command, {}, folder)


def _lines(folder: Path, port: int, upstream: Path) -> list[str]:
    ours = OURS.read_text(encoding="utf-8")
    ours = ours.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    ours = ours.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    ours = ours.replace("/etc/nginx/kotha-upstream.conf", str(upstream))
    ours = re.sub(r"^\s*ssl_.*$", "", ours, flags=re.MULTILINE)
    return [
        f"pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 1024; }} http {{",
        *(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY),
        ours,
        "}",
    ]
