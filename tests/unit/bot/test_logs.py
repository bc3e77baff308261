"""CH7: whatever goes wrong, a log line never says what a person wrote."""

import json
import logging
import warnings

import pytest
import structlog
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.multipart import parse_content_disposition

from bot.logs import configure_logs

pytestmark = pytest.mark.rules("CH7")
SECRET = "amar gopon kotha"


@pytest.fixture(autouse=True)
def _logs_as_before() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail() -> None:
    raise ValueError(f"cannot write row ('{SECRET}')")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_exceptions_are_logged_by_type_and_place(capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    configure_logs(log_format=log_format, level="info")
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("turn.defect", conversation="c-1")
        logging.getLogger("aiohttp.server").exception("Error handling request")
    output = capsys.readouterr().out
    assert SECRET not in output
    assert output.count("ValueError") == 2
    assert "test_logs.py" in output
    assert "c-1" in output


def test_bytes_that_are_no_http_do_not_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(log_format="json", level="info")
    server = logging.getLogger("aiohttp.server")
    try:
        raise BadHttpMessage("x")
    except BadHttpMessage:
        server.exception("Error handling request")
    server.error("something else")
    assert [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()] == ["something else"]


def test_a_header_of_a_file_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        configure_logs(log_format="json", level="info")
        assert parse_content_disposition(f'form-data; na me="file"; filename="{SECRET}') == (None, {})
    assert SECRET not in "".join(capsys.readouterr())


def test_json_lines_are_one_object_each(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(log_format="json", level="info")
    structlog.get_logger().info("turn.done", outcome="answered", message="m-1")
    structlog.get_logger().debug("not shown")
    [line] = capsys.readouterr().out.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["outcome"], entry["level"]) == ("turn.done", "answered", "info")
    assert entry["timestamp"].endswith("Z")
