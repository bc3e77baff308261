"""Passwords of agents: argon2id, off the event loop, in the same time whether the agent exists or not."""

import asyncio
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second recommendation for argon2id (19 MiB, two passes, one lane): some 40 ms of one core here.
# More memory would let a burst of log-ins push the engine out of a small machine's memory.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
AT_ONCE: Final = 2  # hashes computed side by side; a flood of log-ins must not take every core
MIN_PASSWORD: Final = 12  # characters; NIST SP 800-63B asks for 8, people-facing consoles deserve more
MAX_PASSWORD: Final = 256  # hashing megabytes would be a gift to an attacker


class Passwords:
    """Hashes passwords and checks them."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._decoy: str | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The hash to store."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one of `stored`; for nobody (None) it takes as long to say no."""
        async with self._slots:
            return await asyncio.to_thread(self._check, stored, password)

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than today's, so that a log-in should renew it."""
        return self._hasher.check_needs_rehash(stored)

    def _check(self, stored: str | None, password: str) -> bool:
        try:
            self._hasher.verify(stored or self._decoy_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = self._hasher.hash(secrets.token_urlsafe())
        return self._decoy


def new_password() -> str:
    """A first password to hand to a colleague: 96 random bits, easy to read out."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
