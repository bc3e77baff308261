"""Customers talk in Slack: direct messages, mentions, threads, buttons, files, edits, commands."""

import pytest

from tests.integration.conftest import eventually
from tests.integration.slack.conftest import Office


@pytest.mark.rules("SL4", "CH1")
async def test_a_direct_message_is_answered(office: Office) -> None:
    await office.rahima.says("hello")
    await office.slack.settled()
    await eventually(lambda: office.rahima.heard == ["You said: hello"])
