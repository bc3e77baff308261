"""Slack's own word on our workspaces: is the token good, and does it allow what we do?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import yaml

import bot.channels.slack
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import Patient

NAME = "slack"
SECONDS = aiohttp.ClientTimeout(total=8.0, connect=3.0)
MANIFEST = Path(str(bot.channels.slack.__file__)).with_name("manifest.yml")
REINSTALL = "Paste bot/channels/slack/manifest.yml into the app and install it again"


async def check_slack(patient: Patient) -> Finding:
    """Every configured workspace lets us in."""
    tokens = patient.settings.slack_bot_tokens
    if not tokens:
        return ok(NAME, "not configured")
    found = [await _check_team(patient, team, token.get_secret_value()) for team, token in tokens.items()]
    return Finding(
        NAME,
        max(finding.level for finding in found),
        "; ".join(finding.message for finding in found),
        " ".join(dict.fromkeys(finding.advice for finding in found if finding.advice)),
    )


async def _check_team(patient: Patient, team: str, token: str) -> Finding:
    url, headers = f"{patient.settings.slack_api}/auth.test", {"Authorization": f"Bearer {token}"}
    try:
        async with patient.session.post(
            url, headers=headers, timeout=SECONDS, allow_redirects=False
        ) as answer:
            body, granted = await answer.json(content_type=None), answer.headers.get("x-oauth-scopes")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        advice = "Look at the firewall: messages wait meanwhile, and leave by themselves"
        return fail(NAME, f"{team}: {type(error).__name__} at {patient.settings.slack_api}", advice)
    return judge_team(team, body if isinstance(body, dict) else {}, granted)


def judge_team(team: str, body: Mapping[str, Any], granted: str | None) -> Finding:
    """What the answer of `auth.test` and the scopes beside it mean."""
    if not body.get("ok"):
        return fail(NAME, f"{team}: {body.get('error', 'no answer of Slack')}", REINSTALL)
    if body.get("team_id") != team:
        advice = "Name the right workspace in KOTHA_SLACK_BOT_TOKENS: events of this one find no token"
        return fail(NAME, f"{team}: the token is of {body.get('team_id')}", advice)
    if granted is None:
        return ok(NAME, f"{team}: {body.get('team', 'let in')}; it does not say what the token may do")
    if missing := sorted(needed_scopes() - {scope.strip() for scope in granted.split(",")}):
        return warn(NAME, f"{team}: the token lacks {', '.join(missing)}", REINSTALL)
    return ok(NAME, f"{team}: {body.get('team', 'let in')}, all scopes")


def needed_scopes() -> frozenset[str]:
    """What the app's manifest asks for."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])
