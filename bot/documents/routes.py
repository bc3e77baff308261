"""Links to documents: asked for with the session's token, opened without it, soon over."""

from typing import Any, Final

from aiohttp import web

from bot.channels.web.access import Gate, bearer_token
from bot.channels.web.refusals import Refusal, bad_frame
from bot.channels.web.routes import PREFIX, json_answer, read_object
from bot.documents.invoice_page import FOLDER, DocumentPages
from bot.phrases import LANGUAGES
from crm_store.domain.errors import UnknownDocument, UnknownOrder, VerificationNeeded
from crm_store.use_cases.documents import DocumentLink, link_invoice, open_linked_invoice
from crm_store.use_cases.sessions import access_web_session
from crm_store.use_cases.unit_of_work import Store

MAX_ORDER_NUMBER: Final = 32
HTML: Final = "text/html"


class DocumentRoutes:
    """Handlers of `POST /api/web/{widget}/documents` and of the links it gives."""

    def __init__(self, store: Store, gate: Gate, pages: DocumentPages) -> None:
        self._store = store
        self._gate = gate
        self._pages = pages

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(f"{PREFIX}/documents", self.link)
        app.router.add_options(f"{PREFIX}/documents", self.answer_preflight)
        app.router.add_get("/documents/page.css", self.style)
        app.router.add_get("/documents/{token}", self.open, allow_head=False)

    async def answer_preflight(self, request: web.Request) -> web.Response:
        """CORS preflight; the headers are added for every allowed origin."""
        self._gate.check_widget(request)
        return web.Response(status=204)

    async def link(self, request: web.Request) -> web.Response:
        """A link to the invoice of the session's own order."""
        widget = self._gate.check_widget(request)
        self._gate.check_address(self._gate.address_of(request))
        session = await access_web_session(self._store, widget=widget, token=bearer_token(request))
        self._gate.check_identity_rate(session.identity_id)
        number, language = check_document(await read_object(request))
        try:
            link = await link_invoice(self._store, session.conversation_id, number, language=language)
        except VerificationNeeded:
            raise Refusal("not_logged_in", "Identify the session first.", status=401) from None
        except UnknownOrder:
            raise Refusal("not_found", "The customer has no such order.", status=404) from None
        return json_answer(_link_object(link), status=201)

    async def open(self, request: web.Request) -> web.Response:
        """The document behind a link; a page that says so when the link is over."""
        self._gate.check_address(self._gate.address_of(request))
        try:
            found = await open_linked_invoice(self._store, request.match_info["token"])
        except UnknownDocument:
            return web.Response(text=self._pages.render_gone(), content_type=HTML, status=404)
        page = self._pages.render_invoice(found.invoice, found.language)
        return web.Response(text=page, content_type=HTML)

    async def style(self, _request: web.Request) -> web.FileResponse:
        """The look of all documents."""
        return web.FileResponse(FOLDER / "page.css", headers={"Cache-Control": "no-cache"})


def check_document(body: dict[str, Any]) -> tuple[str, str]:
    """The order's number and the language; Refusal when they are none."""
    number, language = body.get("order_number"), body.get("language", LANGUAGES[0])
    if not isinstance(number, str) or not 0 < len(number) <= MAX_ORDER_NUMBER:
        raise bad_frame("`order_number` must be an order's number.")
    if language not in LANGUAGES:
        raise bad_frame(f"`language` must be one of {', '.join(LANGUAGES)}.")
    return number, str(language)


def _link_object(link: DocumentLink) -> dict[str, str]:
    expires_at = link.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"path": f"/documents/{link.token}", "expires_at": expires_at}
