"""The mail server: lets us in; no letter is sent."""

import aiosmtplib

from bot.doctor.findings import Finding, fail, ok
from bot.doctor.patient import Patient

SECONDS = 8.0


async def check_mail(patient: Patient) -> Finding:
    """Connect, encrypt and log in as the gateway does."""
    settings = patient.settings
    if not settings.smtp_host:
        return ok("mail", "not configured: answers for e-mail become tickets")
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=SECONDS,
    )
    try:
        await client.connect()
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError:
        return fail("mail", f"{where} refuses the log-in", "Set KOTHA_SMTP_USERNAME and KOTHA_SMTP_PASSWORD")
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        advice = "Look at KOTHA_SMTP_HOST, KOTHA_SMTP_PORT, KOTHA_SMTP_SECURITY and the firewall"
        return fail("mail", f"{where}: {type(error).__name__}", advice)
    finally:
        client.close()
    return ok("mail", f"{where} lets us in")
