"""Engines are asked directly, all at once, and only turns are counted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.engines_alone import BadAnswer, drive, length_in, requests

SECRET = "s" * 40


class Engine(ThreadingHTTPServer):
    """Answers every turn with the same words."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, object]] = []
        self.status = 200
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asks hangs up in the middle when the time is over."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Engine

    def do_POST(self) -> None:
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Authorization"] == f"Bearer {SECRET}"
        self.server.asked.append(turn)
        body = json.dumps({"replies": [{"text": "কথা " * 5000}], "state": {"turn": turn["text"]}}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  its name in the library
        """Nobody reads it."""


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    made = [Engine(), Engine()]
    for engine in made:
        threading.Thread(target=engine.serve_forever, daemon=True).start()
    yield made
    for engine in made:
        engine.shutdown()
        engine.server_close()


def test_every_engine_is_asked_every_text_in_a_conversation_that_has_begun(engines: list[Engine]) -> None:
    turns = requests(engines[0].url, SECRET, ["এক", "two"])
    measured = drive([engine.url for engine in engines], turns, seconds=0.3, warm_up=0.0)
    assert [turn["text"] for turn in engines[0].asked[:1]] == ["hello"]
    for engine in engines:
        assert {turn["text"] for turn in engine.asked} >= {"এক", "two"}
    assert engines[1].asked[0]["state"] == {"turn": "hello"}
    assert 0 < measured.turns < sum(len(engine.asked) for engine in engines)
    assert measured.turns_per_second == pytest.approx(measured.turns / 0.3)


def test_an_engine_that_refuses_is_no_measurement(engines: list[Engine]) -> None:
    turns = requests(engines[0].url, SECRET, ["hello"])
    engines[0].status = 503
    with pytest.raises(BadAnswer, match="503"):
        drive([engines[0].url], turns, seconds=5.0, warm_up=0.0)


def test_the_length_is_found_however_it_is_written() -> None:
    assert length_in(b"HTTP/1.1 200 OK\r\nDate: x\r\ncontent-LENGTH:  17") == 17
    with pytest.raises(BadAnswer):
        length_in(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked")
