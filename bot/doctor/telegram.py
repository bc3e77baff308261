"""Telegram's own word on our bots and their webhooks."""

import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.telegram.webhook import PATH
from bot.doctor.findings import Finding, Level, fail, ok, warn
from bot.doctor.patient import Patient

NAME = "telegram"
SECONDS = aiohttp.ClientTimeout(total=8.0, connect=3.0)
RECENT_SECONDS = 3600.0  # an older error has been got over
MANY_PENDING = 100  # a busy bot has some in flight; so many mean that we do not keep up


class _Refused(Exception):
    """Telegram said no; the message is its description, which holds no token."""


async def check_telegram(patient: Patient) -> Finding:
    """Every configured bot exists and its updates arrive."""
    settings = patient.settings
    if not settings.telegram_bots:
        return ok(NAME, "not configured")
    found = [
        await _check_bot(patient, name, token.get_secret_value())
        for name, token in settings.telegram_bots.items()
    ]
    return Finding(
        NAME,
        max(finding.level for finding in found),
        "; ".join(finding.message for finding in found),
        " ".join(dict.fromkeys(finding.advice for finding in found if finding.advice)),
    )


async def _check_bot(patient: Patient, name: str, token: str) -> Finding:
    try:
        me = await _call(patient, token, "getMe")
        hook = await _call(patient, token, "getWebhookInfo")
    except _Refused as refused:
        return fail(NAME, f"{name}: {refused}", "Take the token from @BotFather and set KOTHA_TELEGRAM_BOTS")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        advice = "Look at the firewall: messages wait meanwhile, and leave by themselves"
        return fail(NAME, f"{name}: {type(error).__name__} at {patient.settings.telegram_api}", advice)
    return judge_webhook(patient, f"@{me.get('username')}", token.partition(":")[0], hook)


async def _call(patient: Patient, token: str, method: str) -> dict[str, Any]:
    url = f"{patient.settings.telegram_api}/bot{token}/{method}"
    async with patient.session.get(url, timeout=SECONDS, allow_redirects=False) as answer:
        body = await answer.json(content_type=None)
    if not isinstance(body, dict) or not body.get("ok"):
        raise _Refused(body.get("description") if isinstance(body, dict) else f"status {answer.status}")
    return dict(body["result"])


def judge_webhook(patient: Patient, bot: str, account: str, hook: Mapping[str, Any]) -> Finding:
    """What `getWebhookInfo` means."""
    settings = patient.settings
    url, pending = str(hook.get("url", "")), int(hook.get("pending_update_count", 0))
    if settings.telegram_mode == "polling":
        if url:
            return fail(
                NAME,
                f"{bot}: a webhook is set, so polling gets nothing",
                "Restart the gateway: it removes it",
            )
        return _flow(bot, pending, "polled")
    if settings.public_url is None:
        return fail(
            NAME, f"{bot}: nowhere to send updates to", "Set KOTHA_PUBLIC_URL, or KOTHA_TELEGRAM_MODE=polling"
        )
    if url != settings.public_url + PATH.replace("{bot}", account):
        said = f"{bot}: the webhook is {'not set' if not url else 'another address'}"
        return fail(NAME, said, "Restart the gateway: it sets it; see that no other program uses the bot")
    if time.time() - float(hook.get("last_error_date", 0)) < RECENT_SECONDS:
        said = f"{bot}: Telegram could not deliver: {hook.get('last_error_message', 'no reason given')}"
        return warn(NAME, said, "See the line `front`, and the certificate")
    return _flow(bot, pending, "webhook set")


def _flow(bot: str, pending: int, how: str) -> Finding:
    if pending > MANY_PENDING:
        return warn(
            NAME, f"{bot}: {pending} updates wait", "The gateway does not keep up: see docs/runbooks.md"
        )
    return Finding(NAME, Level.OK, f"{bot} {how}, {pending} updates wait")
