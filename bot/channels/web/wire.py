"""What RFC 6455 asks of a socket beyond what aiohttp sees to. The widget's and the console's."""

from aiohttp import WSCloseCode, WSMsgType

CLOSE_PROTOCOL = int(WSCloseCode.PROTOCOL_ERROR)
CLOSE_INVALID_TEXT = int(WSCloseCode.INVALID_TEXT)
NEVER_SENT = int(WSCloseCode.ABNORMAL_CLOSURE)  # it stands for a connection that broke (7.4.1)
LAST_CODE = 4999  # 7.4.2


def answer_to_close(kind: WSMsgType, code: object) -> int:
    """The code the last message of a peer is answered with; 0 for the usual one."""
    if kind is not WSMsgType.CLOSE or not isinstance(code, int):
        return 0
    return CLOSE_PROTOCOL if code == NEVER_SENT or code > LAST_CODE else 0


def is_text(raw: bytes) -> bool:
    """Whether the payload of a text frame is one (8.1): aiohttp was told to keep bytes."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
