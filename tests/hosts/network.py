"""Hosts that share nothing but a network: Linux network namespaces on a bridge of their own.

A host that vanishes is cut off first and killed after it: nobody is told that its connections ended, as when
somebody pulls a plug.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


class NoNamespaces(Exception):
    """This machine lets us make no network namespaces (it takes root and `ip`): run it where it does."""


@dataclass(frozen=True)
class Host:
    """A machine, as far as the network can tell."""

    name: str
    namespace: str
    address: str
    cable: str

    @property
    def runs(self) -> list[str]:
        """What stands before a command to run it there."""
        return ["ip", "netns", "exec", self.namespace]

    def pull(self) -> None:
        """The plug: nothing goes in or out from now on."""
        _ip("link", "set", self.cable, "down")

    def plug(self) -> None:
        """The plug is in again."""
        _ip("link", "set", self.cable, "up")


@dataclass(frozen=True)
class Network:
    """A bridge with hosts on it; this process is at `address`."""

    address: str
    subnet: str
    hosts: Sequence[Host]


@contextmanager
def network(names: Sequence[str]) -> Iterator[Network]:
    """Make it; everything is gone afterwards."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise NoNamespaces("network namespaces take root and the program `ip`")
    own = os.getpid() % 10_000
    subnet, bridge = f"10.{77 + own // 250}.{own % 250}", f"kth{own}"
    with ExitStack() as stack:
        _made(stack, ("link", "add", bridge, "type", "bridge"), ("link", "del", bridge))
        _ip("addr", "add", f"{subnet}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        hosts = [
            _host(stack, name, f"kth{own}{name}", f"{subnet}.{10 + number}", bridge)
            for number, name in enumerate(names, start=1)
        ]
        yield Network(f"{subnet}.1", f"{subnet}.0/24", hosts)


def _host(stack: ExitStack, name: str, namespace: str, address: str, bridge: str) -> Host:
    cable, inside = f"{namespace}0", f"{namespace}1"
    _made(stack, ("netns", "add", namespace), ("netns", "del", namespace))
    _made(stack, ("link", "add", cable, "type", "veth", "peer", "name", inside), ("link", "del", cable))
    _ip("link", "set", inside, "netns", namespace)
    _ip("link", "set", cable, "master", bridge, "up")
    within = ("netns", "exec", namespace, "ip")
    _ip(*within, "addr", "add", f"{address}/24", "dev", inside)
    _ip(*within, "link", "set", inside, "up")
    _ip(*within, "link", "set", "lo", "up")
    return Host(name, namespace, address, cable)


def _made(stack: ExitStack, make: Sequence[str], unmake: Sequence[str]) -> None:
    _ip(*make)
    stack.callback(_ip, *unmake)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")
