"""Small wrappers around every request: errors as JSON, security headers, CORS."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import orjson
import structlog
from aiohttp import ClientConnectionResetError, web
from aiohttp.typedefs import Handler, Middleware

from bot.channels.web.refusals import Refusal
from bot.channels.web.routes import MAX_BODY_BYTES, refusal_from
from bot.metrics import Metrics
from bot.settings import Settings

log = structlog.get_logger()

PREFLIGHT_SECONDS = 600  # how long a browser may remember a preflight
HTTP_REFUSALS = {
    404: ("not_found", "No such address. The API is described at /api/openapi.json."),
    405: ("method_not_allowed", "This address does not take this method. See /api/openapi.json."),
    413: ("frame_too_large", f"A body may have {MAX_BODY_BYTES} bytes at most."),
}


def error_response(refusal: Refusal) -> web.Response:
    """An HTTP error of the contract's shape."""
    response = web.Response(
        body=orjson.dumps({"error": refusal.as_error()}),
        status=refusal.status,
        content_type="application/json",
        charset="utf-8",
    )
    if "retry_after_s" in refusal.more:
        response.headers["Retry-After"] = str(int(refusal.more["retry_after_s"]) + 1)
    return response


def make_errors_middleware(metrics: Metrics) -> Middleware:
    """Every failure becomes a specific JSON answer; defects are logged and told as 500 without details."""

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            refusal = _of_http(error)
        except Exception as error:  # noqa: BLE001  the boundary: logged, and told as 500
            refusal = refusal_from(error) or _gone(request, error) or _defect(request, error)
        metrics.refused.labels(refusal.code).inc()
        return error_response(refusal)

    return errors


def _of_http(error: web.HTTPException) -> Refusal:
    fallback = ("bad_frame", "The request cannot be understood. See /api/openapi.json.")
    code, message = HTTP_REFUSALS.get(error.status, fallback)
    return Refusal(code, message, status=error.status)


def _gone(request: web.Request, error: Exception) -> Refusal | None:
    """Who asked hung up before the answer began: nobody hears it, and nothing of ours is broken."""
    if not isinstance(error, ClientConnectionResetError):
        return None
    if request.transport is not None and not request.transport.is_closing():
        return None
    return Refusal("client_gone", "The connection was closed before the answer.", status=499)


def _defect(request: web.Request, error: Exception) -> Refusal:
    resource = request.match_info.route.resource
    route = resource.canonical if resource else None
    log.error("request.defect", method=request.method, route=route, exc_info=error)
    return Refusal("internal", "Something broke on our side. Try again; the log has the details.", status=500)


def make_headers_signal(settings: Settings) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Security headers on everything, CSP on every page (W5), CORS for allowed origins."""
    ancestors = " ".join(settings.frame_ancestors) or "'none'"
    page_policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )

    # Attachments are shown from memory before they are sent; nobody frames the console.
    console_policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )

    def policy_of(request: web.Request, response: web.StreamResponse) -> str:
        if response.content_type != "text/html":
            return "default-src 'none'; frame-ancestors 'none'"
        return console_policy if request.path.startswith("/console") else page_policy

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        headers["Server"] = "Kotha"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        if response.status != HTTPStatus.NOT_MODIFIED:  # it would replace the policy of the page kept
            headers.setdefault("Content-Security-Policy", policy_of(request, response))
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        _allow_origin(request, response, settings)

    return add_headers


def _allow_origin(request: web.Request, response: web.StreamResponse, settings: Settings) -> None:
    widget, origin = request.match_info.get("widget"), request.headers.get("Origin")
    if widget is None:
        return
    response.headers["Vary"] = "Origin"
    if origin is None or origin not in settings.origins_of(widget):
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
