"""The settings: are they there, are the secrets secret, may the right sites embed the widget?"""

import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import Patient
from bot.settings import Settings

FEWEST_DIFFERENT_LETTERS = 10  # 32 random letters have some twenty; fewer is a typed or repeated word
PLACEHOLDERS = ("change", "replace", "example", "password", "kotha")  # what examples have in their place
DEMO_SECRETS = "secrets.json"  # what `make run` makes and keeps in the data folder
ZONE = "Asia/Dhaka"


async def check_secrets(patient: Patient) -> Finding:
    """The settings hold that they are long; here: random, different from each other, not the demo's."""
    settings, known = patient.settings, set(_demo_secrets(patient.settings))
    found = list(_secrets(settings))
    if poor := [name for name, value in found if _is_guessable(value)]:
        return fail("secrets", f"{_names(poor)} can be guessed", "Make new ones: `openssl rand -hex 32`")
    values = [value for _, value in found]
    if shared := [name for name, value in found if values.count(value) > 1]:
        return fail("secrets", f"{_names(shared)} are the same", "Give each its own: `openssl rand -hex 32`")
    if patient.is_public and (demo := [name for name, value in found if value in known]):
        advice = "Make new ones for this set-up: `openssl rand -hex 32`"
        return warn("secrets", f"{_names(demo)} are those `make run` made for the demo", advice)
    return ok("secrets", f"{len(found)} secrets, long, different and not guessable")


def _is_guessable(value: str) -> bool:
    return len(set(value)) < FEWEST_DIFFERENT_LETTERS or any(word in value.lower() for word in PLACEHOLDERS)


def _secrets(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "KOTHA_ENGINE_SECRET", settings.engine_secret.get_secret_value()
    for key, secret in settings.identity_keys.items():
        yield f"KOTHA_IDENTITY_KEYS ({key})", secret.get_secret_value()
    if settings.telegram_secret:
        yield "KOTHA_TELEGRAM_SECRET", settings.telegram_secret.get_secret_value()


def _demo_secrets(settings: Settings) -> Iterator[str]:
    try:
        kept = json.loads((settings.data_dir / DEMO_SECRETS).read_text(encoding="utf-8"))
        yield from (str(value) for value in kept.values())
        yield from json.loads(kept.get("KOTHA_IDENTITY_KEYS", "{}")).values()
    except (OSError, ValueError, AttributeError):
        return


def _names(names: list[str]) -> str:
    return ", ".join(names)


async def check_demo(patient: Patient) -> Finding:
    """The demo lets everybody be any of its customers."""
    if not patient.settings.demo:
        return ok("demo", "off")
    if patient.is_public:
        advice = "Set KOTHA_DEMO=false and start with an empty database"
        return fail("demo", "the demo shop is open to the world: anybody can log in as its customers", advice)
    return ok("demo", "on, and only this machine can reach it")


async def check_public_address(patient: Patient) -> Finding:
    """Where customers come to, and whether their addresses are told apart."""
    settings = patient.settings
    if settings.public_url is None:
        if settings.demo:
            return ok("public address", f"none; the demo is at {patient.gateway}")
        return warn("public address", "KOTHA_PUBLIC_URL is not set", "Set it to what customers' browsers use")
    if patient.is_public and settings.public_url.startswith("http://"):
        return fail(
            "public address",
            f"{settings.public_url} is not encrypted",
            "Put a proxy with TLS in front (deploy/nginx)",
        )
    if patient.is_public and settings.forwarded_hops == 0:
        advice = "Set it to the number of proxies in front, or all customers share one rate limit"
        return warn("public address", "KOTHA_FORWARDED_HOPS is 0", advice)
    return ok("public address", settings.public_url)


async def check_origins(patient: Patient) -> Finding:
    """A widget nobody may embed is a widget nobody sees."""
    settings = patient.settings
    if not settings.widgets:
        advice = 'Set KOTHA_ALLOWED_ORIGINS, such as {"shop": ["https://shop.example"]}'
        return warn("origins", "no site may embed the widget", advice)
    if empty := sorted(widget for widget in settings.widgets if not settings.origins_of(widget)):
        return fail(
            "origins", f"no site may embed {_names(empty)}", "Name its sites in KOTHA_ALLOWED_ORIGINS"
        )
    plain = sorted({o for sites in settings.allowed_origins.values() for o in sites if _is_plain(o)})
    if plain and not settings.demo:
        advice = "Serve the shop over https: whoever sits between could read and write along"
        return warn("origins", f"{_names(plain)} is not encrypted", advice)
    if not settings.demo and not settings.identity_keys:
        advice = "Set KOTHA_IDENTITY_KEYS and sign customers in (docs/widget.md), or nobody sees their orders"
        return warn("origins", "customers of the website cannot be recognised", advice)
    return ok("origins", f"{len(settings.widgets)} widget(s): {_names(sorted(settings.widgets))}")


def _is_plain(origin: str) -> bool:
    return origin.startswith("http://") and "//localhost" not in origin and "//127." not in origin


async def check_time_zones(_patient: Patient) -> Finding:
    """Opening hours and promised days are the shop's, in its own time zone."""
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return fail("time zones", f"{ZONE} is not known here", "Install tzdata (`apt install tzdata`)")
    return ok("time zones", f"{ZONE} is known")
