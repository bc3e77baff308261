"""What the doctor says of Telegram, Slack and the mail server, asked over their fakes."""

import re
import time

import pytest

from bot.doctor.findings import Level
from bot.doctor.mail import check_mail
from bot.doctor.slack import check_slack, judge_team, needed_scopes
from bot.doctor.telegram import check_telegram, judge_webhook
from tests.fakes.mail_server import MailServer, serve_mail
from tests.fakes.slack.server import FakeSlack, serve_slack
from tests.fakes.telegram.server import FakeTelegram, serve_telegram
from tests.unit.doctor.conftest import NOBODY, MakePatient

WEBHOOK = "https://chat.example/api/telegram/123456789/webhook"


async def test_what_is_not_configured_is_fine(make_patient: MakePatient) -> None:
    patient = make_patient()
    for check in (check_telegram, check_slack, check_mail):
        assert (await check(patient)).level is Level.OK


async def test_a_polled_bot_is_known_by_its_name(make_patient: MakePatient) -> None:
    async with serve_telegram(FakeTelegram()) as telegram:
        patient = make_patient(
            telegram_bots={"shop": telegram.token}, telegram_api=telegram.url, telegram_mode="polling"
        )
        found = await check_telegram(patient)
    assert found.level is Level.OK
    assert "@kotha_bot" in found.message


@pytest.mark.rules("CH7")
async def test_a_wrong_or_unreachable_token_is_never_shown(make_patient: MakePatient) -> None:
    token = "123456789:not-the-token-of-the-fake"
    async with serve_telegram(FakeTelegram()) as telegram:
        for api in (telegram.url, NOBODY):
            patient = make_patient(telegram_bots={"shop": token}, telegram_api=api, telegram_mode="polling")
            found = await check_telegram(patient)
            assert found.level is Level.FAIL
            assert "not-the-token" not in found.as_line()


@pytest.mark.parametrize(
    ("hook", "level"),
    [
        ({"url": WEBHOOK}, Level.OK),
        ({"url": ""}, Level.FAIL),
        ({"url": "https://elsewhere.example/hook"}, Level.FAIL),
        ({"url": WEBHOOK, "pending_update_count": 500}, Level.WARN),
        ({"url": WEBHOOK, "last_error_date": time.time(), "last_error_message": "Bad Gateway"}, Level.WARN),
        ({"url": WEBHOOK, "last_error_date": 1, "last_error_message": "Bad Gateway"}, Level.OK),
    ],
)
def test_a_webhook_is_ours_and_works(
    make_patient: MakePatient, hook: dict[str, object], level: Level
) -> None:
    patient = make_patient(public_url="https://chat.example")
    assert judge_webhook(patient, "@kotha_bot", "123456789", hook).level is level


async def test_a_workspace_lets_us_in_until_it_does_not(make_patient: MakePatient) -> None:
    async with serve_slack(FakeSlack()) as slack:
        team = slack.workspace("shop")
        patient = make_patient(
            slack_bot_tokens={team.id: team.token},
            slack_signing_secret="s" * 32,
            slack_api=f"{slack.url}/api",
        )
        assert (await check_slack(patient)).level is Level.OK
        await slack.revoke(team)
        found = await check_slack(patient)
    assert found.level is Level.FAIL
    assert team.token not in found.as_line()


def test_a_workspace_of_another_name_and_missing_scopes_are_told() -> None:
    all_scopes = ",".join(needed_scopes())
    body = {"ok": True, "team_id": "T1", "team": "Shop"}
    assert judge_team("T1", body, all_scopes).level is Level.OK
    assert judge_team("T2", body, all_scopes).level is Level.FAIL
    lacking = judge_team("T1", body, re.sub("chat:write,?", "", all_scopes))
    assert (lacking.level, "chat:write" in lacking.message) == (Level.WARN, True)


async def test_the_mail_server_lets_us_in_or_is_told(make_patient: MakePatient) -> None:
    async with serve_mail(MailServer()) as mail:
        post = {"smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_from": "care@shop.example"}
        patient = make_patient(**post, smtp_port=mail.port)
        assert (await check_mail(patient)).level is Level.OK
        assert mail.letters == []
    assert (await check_mail(patient)).level is Level.FAIL


# What aiosmtpd says about this set-up, and about itself.
@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning")
async def test_a_wrong_log_in_at_the_mail_server_is_told(make_patient: MakePatient) -> None:
    async with serve_mail(MailServer(account=("kotha", "s3cret"))) as mail:
        patient = make_patient(
            smtp_host="127.0.0.1",
            smtp_port=mail.port,
            smtp_security="none",
            smtp_from="care@shop.example",
            smtp_username="kotha",
            smtp_password="wrong",
        )
        found = await check_mail(patient)
    assert (found.level, "log-in" in found.message) == (Level.FAIL, True)
