"""Slack's own web client meets the fake Web API as it would meet the real one."""

from __future__ import annotations

from functools import partial
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Limits, Team, serve_slack

Json = dict[str, Any]


def button(label: str, **more: Any) -> Json:
    """A button."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": f"a:{label}", "text": text, **more}


def actions(*elements: Json) -> list[Json]:
    """A row of buttons."""
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


async def refusal(call: Any) -> str:
    """The word a call was refused with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_the_token_says_whose_it_is(slack: FakeSlack, team: Team, client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert (me["team_id"], me["user_id"], me["bot_id"]) == (team.id, team.bot.id, team.bot.bot_id)


async def test_each_workspace_has_its_token(slack: FakeSlack, team: Team, client: AsyncWebClient) -> None:
    other = slack.workspace("Other")
    assert (await client.auth_test(token=other.token))["team_id"] == other.id
    assert await refusal(client.auth_test(token="xoxb-wrong")) == "invalid_auth"


@pytest.mark.rules("SL12")
async def test_a_workspace_that_threw_the_app_out_answers_so(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    await slack.uninstall(team)
    assert await refusal(client.chat_postMessage(channel=rahima.id, text="hello")) == "account_inactive"
    team.installed = "revoked"
    assert await refusal(client.chat_postMessage(channel=rahima.id, text="hello")) == "token_revoked"


async def test_a_message_can_be_posted_changed_and_deleted(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    opened = await client.conversations_open(users=rahima.id)
    channel: Json = opened["channel"] or {}
    posted = await client.chat_postMessage(channel=channel["id"], text="Sure?", blocks=actions(button("Yes")))
    assert [element["text"]["text"] for element in rahima.direct.last.elements] == ["Yes"]
    await client.chat_update(channel=channel["id"], ts=str(posted["ts"]), text="Done.")
    assert (rahima.heard, rahima.direct.last.elements) == (["Done."], [])
    await client.chat_delete(channel=channel["id"], ts=str(posted["ts"]))
    assert rahima.heard == []
    assert await refusal(client.chat_update(channel=channel["id"], ts="1.2", text="x")) == "message_not_found"


async def test_a_thread_is_read_with_what_the_app_noted_in_it(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    orders = slack.channel(team, "orders", [rahima])
    root = await rahima.says("@kotha where is it?", orders)
    note = {"event_type": "kotha", "event_payload": {"message": "m-1"}}
    for number in range(3):
        await client.chat_postMessage(
            channel=orders.id, thread_ts=root.ts, text=f"answer {number}", metadata=note
        )
    page = await client.conversations_replies(
        channel=orders.id, ts=root.ts, limit=2, include_all_metadata=True
    )
    assert page["has_more"] and [one["text"] for one in page["messages"] or []][1] == "answer 0"
    assert (page["messages"] or [])[1]["metadata"] == note
    whole = await client.conversations_history(channel=orders.id)
    assert [one["reply_count"] for one in whole["messages"] or []] == [3]


@pytest.mark.rules("SL9")
@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}],
        actions(button("x" * 76)),
        actions(button("ok", value="x" * 2_001)),
        actions(*(button(str(number)) for number in range(26))),
        actions(button("same"), button("same")),
        [{"type": "divider"}] * 51,
        [{"type": "section"}],
        [{"type": "carousel"}],
        [{"type": "image", "image_url": "https://a.example/b.png"}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "no"}}],
    ],
)
async def test_blocks_past_the_limits_are_refused_whole(
    slack: FakeSlack, team: Team, client: AsyncWebClient, blocks: list[Json]
) -> None:
    rahima = slack.person(team, "rahima")
    assert (
        await refusal(client.chat_postMessage(channel=rahima.id, text="x", blocks=blocks)) == "invalid_blocks"
    )
    assert rahima.heard == []


@pytest.mark.rules("SL9", "SL10")
async def test_what_slack_takes_but_should_not_get_is_noticed(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    await client.chat_postMessage(
        channel=rahima.id, text="a &amp; b &lt;3 <https://a.example|link> <@U1>\n> quoted"
    )
    assert slack.ledger.breaches == []
    await client.chat_postMessage(channel=rahima.id, text="a & b")
    await client.chat_postMessage(channel=rahima.id, text="x" * 4_001)
    assert [breach.rule for breach in slack.ledger.breaches] == ["SL10", "SL9"]


@pytest.mark.rules("SL8")
async def test_a_channel_takes_about_one_message_a_second(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima, karim = slack.person(team, "rahima"), slack.person(team, "karim")
    for number in range(3):
        await client.chat_postMessage(channel=rahima.id, text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=rahima.id, text="too fast")
    assert refused.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=karim.id, text="another channel")


async def test_where_the_bot_is_not_it_cannot_write(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    public = slack.channel(team, "public", [rahima], with_bot=False)
    private = slack.channel(team, "private", [rahima], private=True, with_bot=False)
    assert await refusal(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel=private.id, text="x")) == "channel_not_found"
    assert await refusal(client.api_call("chat.postMessage", json={"channel": rahima.id})) == "no_text"
    await client.conversations_join(channel=public.id)
    await client.chat_postMessage(channel=public.id, text="x")


async def test_rights_that_were_not_given_are_missed(slack: FakeSlack) -> None:
    shop = slack.workspace("Small", scopes=frozenset({"chat:write"}))
    client = AsyncWebClient(shop.token, base_url=f"{slack.url}/api/")
    assert await refusal(client.users_info(user=shop.bot.id)) == "missing_scope"


async def test_people_and_channels_can_be_looked_up(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima", email="rahima@shop.example", real_name="Rahima Khatun")
    found = await client.users_info(user=rahima.id)
    assert (found["user"] or {})["profile"]["email"] == "rahima@shop.example"
    channel = slack.channel(team, "partners", [rahima])
    channel.is_ext_shared = True
    info = await client.conversations_info(channel=channel.id)
    assert (info["channel"] or {})["is_ext_shared"] and not (info["channel"] or {})["is_private"]


async def test_reactions_and_whispers_are_seen(slack: FakeSlack, team: Team, client: AsyncWebClient) -> None:
    rahima, karim = slack.person(team, "rahima"), slack.person(team, "karim")
    orders = slack.channel(team, "orders", [rahima, karim])
    message = await rahima.says("hello", orders)
    await client.reactions_add(channel=orders.id, timestamp=message.ts, name="eyes")
    assert message.reactions == {"eyes": [team.bot.id]}
    again = client.reactions_add(channel=orders.id, timestamp=message.ts, name="eyes")
    assert await refusal(again) == "already_reacted"
    await client.reactions_remove(channel=orders.id, timestamp=message.ts, name="eyes")
    await client.chat_postEphemeral(channel=orders.id, user=karim.id, text="only you")
    assert [len(person.whispers(orders)) for person in (rahima, karim)] == [0, 1]


async def test_files_go_out_in_three_steps_and_come_in_with_the_token(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    await client.files_upload_v2(
        channel=rahima.direct.id, filename="invoice.pdf", content=b"%PDF a page", initial_comment="Here"
    )
    assert rahima.direct.last.files[0].content == b"%PDF a page"
    message = await rahima.sends_file(b"a picture")
    address = message.files[0].as_json(slack.url)["url_private_download"]
    async with aiohttp.ClientSession() as session:
        got = await session.get(address, headers={"Authorization": f"Bearer {team.token}"})
        refused = await session.get(address)
        assert await got.read() == b"a picture" and "Sign in" in await refused.text()


async def test_an_installation_gives_the_token_once(slack: FakeSlack) -> None:
    client = AsyncWebClient(base_url=f"{slack.url}/api/")
    shop = slack.workspace("New")
    code = slack.new_code(shop.id)
    basic = aiohttp.encode_basic_auth(slack.client_id, slack.client_secret)
    headers, params = {"Authorization": basic}, {"code": code}
    got = await client.api_call("oauth.v2.access", headers=headers, params=params)
    assert got["access_token"] == shop.token
    assert await refusal(client.api_call("oauth.v2.access", headers=headers, params=params)) == "invalid_code"


async def test_trouble_comes_when_it_is_asked_for(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    slack.faults.drop("chat.postMessage")
    slack.faults.drop_answer("chat.postMessage")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=rahima.id, text="0")
    for number in (1, 2):
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=rahima.id, text=str(number))
    assert rahima.heard == ["2"]  # executed although its answer never came


@pytest.mark.rules("SL13")
async def test_a_client_that_repeats_by_itself_posts_twice() -> None:
    async with serve_slack(FakeSlack(limits=Limits(enforced=False))) as slack:
        shop = slack.workspace("Shop")
        rahima = slack.person(shop, "rahima")
        slack.faults.drop_answer("chat.postMessage")
        careless = AsyncWebClient(shop.token, base_url=f"{slack.url}/api/")
        await careless.chat_postMessage(channel=rahima.id, text="hello")
        assert rahima.heard == ["hello", "hello"]


async def test_what_answers_is_not_always_json(slack: FakeSlack, team: Team, client: AsyncWebClient) -> None:
    rahima = slack.person(team, "rahima")
    slack.faults.garble("chat.postMessage")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=rahima.id, text="hello")
    slack.faults.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=rahima.id, text="again")
    assert rahima.heard == ["hello"]


@pytest.mark.rules("SL6")
async def test_an_answer_needs_the_first_message_of_its_thread(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    rahima = slack.person(team, "rahima")
    root = await rahima.says("where is it?")
    answer = await rahima.says("hello?", thread=root)
    answering = partial(client.chat_postMessage, channel=rahima.direct.id, text="here")
    for ts in (root.ts, answer.ts, "1602251441.0017"):
        await answering(thread_ts=ts)
    assert [message.thread for message in rahima.direct.sent_by_bot] == [root.ts, root.ts, "1602251441.0017"]
    assert len(slack.ledger.breaches_of("SL6")) == 2
    assert await refusal(answering(thread_ts="0")) == "invalid_thread_ts"
    await rahima.deletes(root)
    assert await refusal(answering(thread_ts=root.ts)) == "thread_not_found"


@pytest.mark.rules("SL12")
async def test_a_workspace_can_take_the_app_again(
    slack: FakeSlack, team: Team, client: AsyncWebClient
) -> None:
    await slack.uninstall(team)
    await slack.install(team, "xoxb-new")
    assert await refusal(client.auth_test()) == "invalid_auth"
    assert (await client.auth_test(token="xoxb-new"))["team_id"] == team.id
