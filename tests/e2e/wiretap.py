"""Everything a page was sent and complained about: what is not shown may still have been told."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Error, Page, Response, WebSocket


class Wiretap:
    """Frames, JSON answers, errors and dialogs of a page, from now on."""

    def __init__(self, page: Page) -> None:
        self.failures: list[str] = []
        self._received: list[str] = []
        page.on("websocket", self._follow)
        page.on("response", self._read)
        page.on("pageerror", lambda error: self.failures.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.failures.append(f"dialog: {dialog.message}"))

    def heard(self, words: str) -> bool:
        """Whether anything that arrived held these words."""
        return any(words in text for text in self._received)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._received.append(str(frame)))

    async def _read(self, response: Response) -> None:
        if "json" not in response.headers.get("content-type", ""):
            return
        with suppress(Error):  # the page went elsewhere before the answer was read: it never saw it
            self._received.append(await response.text())
