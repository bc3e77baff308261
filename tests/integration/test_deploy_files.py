"""nginx and systemd read the files of deploy/ with their own programs, which `make test` installs."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=chat.example.com")


def nginx_folder(folder: Path) -> Iterator[str]:
    """A whole configuration around ours, with a certificate made on the spot."""
    subprocess.run(
        [*CERTIFICATE, "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    ours = (DEPLOY / "nginx" / "kotha.conf").read_text(encoding="utf-8")
    ours = ours.replace("/etc/ssl/kotha", str(folder))
    ours = ours.replace("/etc/nginx/kotha-upstream.conf", str(DEPLOY / "nginx" / "upstream.conf"))
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    yield f"pid {folder}/pid; error_log stderr; events {{}} http {{"
    yield from (f"{kind}_temp_path {folder}/{kind};" for kind in temporary)
    yield ours + "}"


@pytest.mark.skipif(
    not shutil.which("nginx") or not shutil.which("openssl"), reason="nginx or openssl is not installed"
)
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text("\n".join(nginx_folder(tmp_path)))
    checked = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = re.sub(r"/opt/kotha/\S+/python", "/bin/true", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text)
    names = [str(tmp_path / unit.name.replace("@.", "@5105.")) for unit in UNITS if "@" not in unit.name]
    checked = subprocess.run(
        ["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
