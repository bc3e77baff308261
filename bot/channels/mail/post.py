"""Handing a letter to the mail server, and what its answers mean for delivery."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as MAIL_LINES
from email.utils import format_datetime, getaddresses
from typing import Final
from uuid import UUID

import aiosmtplib

from bot.errors import DeliveryPostponed, DeliveryRefused, DeliveryUncertain
from bot.settings import Settings
from crm_store.domain.conversations import JsonObject

SECONDS: Final = 30.0  # for each answer of the server: some look the recipient's server up meanwhile
PERMANENT: Final = 500  # answers from here on mean "never" (RFC 5321, 4.2.1)


@dataclass(frozen=True)
class PostOffice:
    """The mail server of the settings."""

    settings: Settings

    async def send(self, letter: JsonObject, message_id: UUID) -> str:
        """Hand it over; its Message-ID, which is the same at each try, so that a repeat is known as one.

        DeliveryRefused, DeliveryPostponed and DeliveryUncertain as a channel's `send_part`.
        """
        message = self.written(letter, message_id)
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryPostponed(_said(error)) from None
        try:
            await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _meaning(error) from None
        finally:
            client.close()
        return str(message["Message-ID"])

    def written(self, letter: JsonObject, message_id: UUID) -> EmailMessage:
        """The letter as mail. DeliveryRefused when the address cannot be one."""
        sender = str(self.settings.smtp_from)
        [(_, own)] = getaddresses([sender])
        message = EmailMessage(policy=MAIL_LINES)
        try:
            message["To"] = Address(str(letter["name"]), addr_spec=str(letter["to"]))
        except (ValueError, IndexError):
            raise DeliveryRefused("the address on file is no mail address") from None
        message["From"] = sender
        message["Subject"] = " ".join(str(letter["subject"]).split())
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{message_id}@{own.rpartition('@')[2]}>"
        message.set_content(str(letter["text"]), cte="quoted-printable")
        return message

    def _client(self) -> aiosmtplib.SMTP:
        settings = self.settings
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            timeout=SECONDS,
        )


def _meaning(error: Exception) -> Exception:
    """The server said no to this letter, said no for now, or nothing any more."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = error.recipients[0].code if error.recipients else 0
        return _refusal(code, _said(error.recipients[0] if error.recipients else error))
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return DeliveryPostponed(_said(error))  # our own address is wrong: whoever runs this can mend it
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refusal(error.code, _said(error))
    return DeliveryUncertain(_said(error))


def _refusal(code: int, said: str) -> Exception:
    return DeliveryRefused(said) if code >= PERMANENT else DeliveryPostponed(said)


def _said(error: Exception) -> str:
    """Without the address, which some servers repeat: agents see this, and so does the log."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
