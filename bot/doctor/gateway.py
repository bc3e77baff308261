"""The gateway, from inside and as customers come to it: through every proxy in between."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.channels.web.socket import SUBPROTOCOL
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import START, Patient

SECONDS = aiohttp.ClientTimeout(total=8.0, connect=3.0)
WARN_CLOCK_SECONDS = 3.0  # the Date header counts whole seconds, and the way takes some too
FAIL_CLOCK_SECONDS = 60.0  # signed identities and one-time codes end too early or too late
UPGRADE = "Let the proxy pass `Upgrade` and `Connection` on, over HTTP/1.1 (deploy/nginx/kotha.conf)"

ORIGIN = "Let the proxy pass `Origin` on as it is; restart the gateway if KOTHA_ALLOWED_ORIGINS is new"


async def check_gateway(patient: Patient) -> Finding:
    """It says of itself that customers are answered."""
    try:
        async with patient.session.get(f"{patient.gateway}/readyz", timeout=SECONDS) as answer:
            report = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return fail("gateway", f"{patient.gateway} does not answer ({type(error).__name__})", START)
    if not isinstance(report, dict) or "checks" not in report:
        return fail("gateway", f"another program listens at {patient.gateway}", "Change KOTHA_PORT")
    if answer.status == 200:
        return ok("gateway", f"ready at {patient.gateway}")
    failed = ", ".join(f"{name} ({c['why']})" for name, c in report["checks"].items() if not c["ok"])
    return fail("gateway", f"not ready: {failed}", "See the lines of those parts")


async def check_clock(patient: Patient) -> Finding:
    """Our clock and that of whoever answers at the address customers use."""
    try:
        async with patient.session.get(f"{patient.front}/healthz", timeout=SECONDS) as answer:
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError) as error:
        return fail(
            "clock", f"{patient.front} does not answer ({type(error).__name__})", "See the line `front`"
        )
    try:
        apart = abs((parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return warn("clock", f"{patient.front} does not say what time it has", "Let the proxy send `Date`")
    advice = "Run NTP on both machines (`timedatectl set-ntp true`)"
    if apart > FAIL_CLOCK_SECONDS:
        return fail("clock", f"{apart:.0f} s away from {patient.front}", advice)
    if apart > WARN_CLOCK_SECONDS:
        return warn("clock", f"{apart:.0f} s away from {patient.front}", advice)
    return ok("clock", f"agrees with {patient.front}")


async def check_socket(patient: Patient) -> Finding:
    """A widget can open its socket at the address customers use."""
    widgets = sorted(patient.settings.widgets)
    if not widgets:
        return warn("front", "no widget to try the socket with", "See the line `origins`")
    address = f"{patient.front}/api/web/{widgets[0]}/socket"
    origins = sorted(patient.settings.origins_of(widgets[0]))
    try:
        socket = await patient.session.ws_connect(
            address,
            protocols=(SUBPROTOCOL,),
            origin=origins[0] if origins else None,
            timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
        )
    except aiohttp.WSServerHandshakeError as refused:
        return _refused(patient, refused.status)
    except aiohttp.ClientConnectorCertificateError:
        return fail("front", f"the certificate of {patient.front} is not valid", "Renew it (deploy/nginx)")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        said = f"{patient.front} cannot be reached ({type(error).__name__})"
        return fail("front", said, "Start the service and the proxy; look at DNS and the firewall")
    await socket.close()
    if socket.protocol != SUBPROTOCOL:
        return warn("front", "the proxy drops Sec-WebSocket-Protocol", UPGRADE)
    return ok("front", f"a socket opens through {patient.front}")


def _refused(patient: Patient, status: int) -> Finding:
    if status in (502, 503, 504):
        return fail(
            "front",
            f"the proxy answers {status}",
            "It does not reach the gateway: start it, look at its upstream",
        )
    if status == 403:
        return fail("front", "the gateway refuses the origin", ORIGIN)
    if status == 404:
        return fail(
            "front", f"{patient.front} leads elsewhere (404)", "Let the proxy pass /api/web on to the gateway"
        )
    return fail("front", f"the socket's upgrade does not arrive (status {status})", UPGRADE)
