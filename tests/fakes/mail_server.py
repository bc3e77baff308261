"""A real mail server on loopback that keeps what it is given, and says no when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


@dataclass
class MailServer:
    """Set `rcpt` or `data` to the answers of the next attempts; "" hangs up. After them it takes all."""

    port: int = 0
    account: tuple[str, str] | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    attempts: int = 0

    async def handle_RCPT(  # noqa: N802  the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """A recipient is named."""
        self.attempts += 1
        answer = self.rcpt.pop(0) if self.rcpt else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """The letter has arrived; it is kept even when the answer is lost."""
        answer = self.data.pop(0) if self.data else OK
        if answer in (OK, ""):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = message_from_bytes(content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.envelopes.append(envelope)
        if not answer:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer or OK

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Whether this is the account."""
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        right = given == self.account
        return AuthResult(success=right, handled=right)  # not handled: the server answers 535


@asynccontextmanager
async def serve_mail(mail: MailServer) -> AsyncIterator[MailServer]:
    """The server on a free port."""

    def make() -> SMTP:
        return SMTP(
            mail,
            enable_SMTPUTF8=True,
            authenticator=mail.authenticate,
            auth_required=mail.account is not None,
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", mail.port)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
        await server.wait_closed()
