"""A customer who never gives up: sends again with the same id until acknowledged, and keeps a ledger."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field

import aiohttp

from bot.phrases import load_phrases
from tests.fixtures.web_client import Event, WebClient

ACK_SECONDS = 5.0
RETRY_SECONDS = 0.3
NOTICES = {catalogue["engine_trouble"] for catalogue in load_phrases().catalogues.values()}
TROUBLE = (aiohttp.ClientError, TimeoutError, ConnectionError, AssertionError, TypeError, ValueError)


@dataclass
class PersistentCustomer:
    """Writes texts one after the other and remembers what was acknowledged: the ledger that judges."""

    client: WebClient
    sent: list[tuple[str, str]] = field(default_factory=list)  # (client_msg_id, text), in order

    async def say(self, text: str) -> None:
        """Send until acknowledged, over as many connections as it takes."""
        client_msg_id = str(uuid.uuid4())
        self.sent.append((client_msg_id, text))
        while client_msg_id not in self.client.acks:
            try:
                await self._connected()
                await self.client.send(text, client_msg_id=client_msg_id)
                await self.client.wait_for(lambda: client_msg_id in self.client.acks, ACK_SECONDS)
            except TROUBLE:
                await self.client.disconnect()
                await asyncio.sleep(RETRY_SECONDS)

    async def wait_until_answered(self, seconds: float) -> None:
        """Wait, over reconnections, until every acknowledged message has a reply."""
        async with asyncio.timeout(seconds):
            while not all(self.replies(client_msg_id) for client_msg_id, _ in self.sent):
                try:
                    await self._connected()
                    await self.client.wait_for(
                        lambda: all(self.replies(sent) for sent, _ in self.sent), ACK_SECONDS
                    )
                except TROUBLE:
                    if not self.client.is_connected:
                        await self.client.disconnect()
                        await asyncio.sleep(RETRY_SECONDS)

    async def _connected(self) -> None:
        if not self.client.is_connected:
            await self.client.disconnect()
            await self.client.connect()

    def replies(self, client_msg_id: str) -> list[Event]:
        """Answers to one of the messages; "still trying" is not one."""
        answers = self.client.answers.get(self.client.acks[client_msg_id]["id"], [])
        return [answer for answer in answers if answer["text"] not in NOTICES]


def judge(customer: PersistentCustomer, transcript: list[Event]) -> list[str]:
    """What the ledger says went wrong: lost, repeated or out of order; empty when nothing did."""
    complaints: list[str] = []
    if [event["seq"] for event in transcript] != list(range(1, len(transcript) + 1)):
        complaints.append(f"seq is not dense: {[event['seq'] for event in transcript]}")
    own = [event["client_msg_id"] for event in transcript if event["author"] == "customer"]
    if own != [client_msg_id for client_msg_id, _ in customer.sent]:
        complaints.append(f"the customer's messages are lost, repeated or out of order: {own}")
    texts = [event["text"] for event in transcript if event["author"] == "customer"]
    if texts != [text for _, text in customer.sent]:
        complaints.append(f"a text was changed: {texts}")
    repeated = [
        event["text"] for event in transcript if event["author"] == "bot" and _is_repeated(event, transcript)
    ]
    if repeated:
        complaints.append(f"a reply was given twice: {repeated}")
    answered = [event["in_reply_to"] for event in transcript if event["author"] == "bot"]
    order = list(dict.fromkeys(answered))
    wanted = [customer.client.acks[client_msg_id]["id"] for client_msg_id, _ in customer.sent]
    if order != wanted:
        complaints.append("bot replies are missing or out of order")
    if sorted(answered, key=order.index) != answered:
        complaints.append("replies to different messages are interleaved")
    return complaints


def _is_repeated(event: Event, transcript: list[Event]) -> bool:
    return (
        sum(
            (other["in_reply_to"], other["text"]) == (event["in_reply_to"], event["text"])
            for other in transcript
        )
        > 1
    )
