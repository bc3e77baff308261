"""The assistant: its model, its engines, the action server, and one sentence in each script."""

import time
from collections.abc import Sequence
from uuid import uuid4

from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.patient import START, Patient
from bot.engine_client import EngineClient, fetch_health
from bot.errors import EngineFailure
from bot.messages import Question
from crm_store.domain.conversations import JsonObject

SENTENCE_SECONDS = 2.0  # a warm turn takes 10 ms; a customer begins to wonder after two seconds
# One sentence for each script, understood without a look into the store.
SENTENCES = {"en": "how are you?", "bn": "আপনি কেমন আছেন?", "bn-Latn": "apni kemon achen?"}
NOTHING_KNOWN: JsonObject = {
    "language": None,
    "customer_name": None,
    "customer_name_bn": None,
    "tier": None,
    "late_order": None,
    "last_rating": None,
    "mood": None,
    "channel": None,
    "elsewhere": None,
    "handed_back": None,
    "verified": False,
    "returning": False,
    "open_orders": 0,
    "open_tickets": 0,
    "handoff_pending": False,
    "place": "public",  # nothing personal is looked up or said
}


async def check_model(patient: Patient) -> Finding:
    """The archive of today's training files is there."""
    if patient.model is None:
        return ok("model", "not compared with the training files; `make doctor` in a clone does")
    if not patient.model.is_file():
        advice = "Run `make train`, then restart the engines"
        return fail("model", f"{patient.model.name}, that of today's training files, is not there", advice)
    return ok("model", f"{patient.model.name} is that of today's training files")


async def check_engines(patient: Patient) -> Finding:
    """Each of them is ready, and all have the same model."""
    urls = patient.settings.engine_urls
    reports = {url: await fetch_health(patient.session, url) for url in urls}
    away = [f"{url} ({report['why']})" for url, report in reports.items() if not report["ok"]]
    if len(away) == len(urls):
        return fail("engines", f"none answers: {', '.join(away)}", f"{START}; the engine's log says why")
    if away:
        return warn("engines", f"not ready: {', '.join(away)}", "Its log says why; the others carry on")
    return _models(patient, list(reports.values()))


def _models(patient: Patient, reports: Sequence[JsonObject]) -> Finding:
    models = sorted({f"{report.get('model')} ({report.get('fingerprint')})" for report in reports})
    if len(models) > 1:
        advice = "Restart those with the older one: customers get two kinds of answers"
        return warn("engines", f"they have different models: {', '.join(models)}", advice)
    if patient.model is not None and reports[0].get("model") != patient.model.name:
        advice = "Restart them to take up the new one"
        return warn("engines", f"they run {models[0]}, today's files give {patient.model.name}", advice)
    return ok("engines", f"{len(reports)} ready with {models[0]}")


async def check_sentences(patient: Patient) -> Finding:
    """A sentence in each script is understood as that language, and in time."""
    took: dict[str, float] = {}
    for language, text in SENTENCES.items():
        began = time.monotonic()
        problem = await _ask(patient, language, text)
        took[language] = time.monotonic() - began
        if problem:
            advice = "See the lines `engines` and `actions`; if both are well, train again (`make train`)"
            return fail("scripts", f"{language}: {problem}", advice)
    said = ", ".join(f"{language} {seconds * 1000:.0f} ms" for language, seconds in took.items())
    if max(took.values()) > SENTENCE_SECONDS:
        return warn("scripts", f"slow: {said}", "The machine is too busy, or there are too few engines")
    return ok("scripts", f"answered: {said}")


async def _ask(patient: Patient, language: str, text: str) -> str | None:
    """What is wrong with the answer; nothing of it is stored."""
    settings = patient.settings
    client = EngineClient(
        patient.session,
        settings.engine_urls,
        secret=settings.engine_secret.get_secret_value(),
        timeout=settings.engine_timeout_seconds,
    )
    question = Question(f"doctor-{uuid4()}", str(uuid4()), text, None, None, NOTHING_KNOWN)
    try:
        result = await client.ask(question)
    except EngineFailure as failure:
        return f"no answer ({type(failure).__name__}: {failure})"
    finally:
        client.close()
    if not result.replies:
        return "an empty answer"
    heard = str((result.understanding or {}).get("language", ""))
    return None if heard == language else f"taken for {heard or 'no language'}"


async def check_actions(patient: Patient) -> Finding:
    """Every action server answers, and reaches the store."""
    for url in patient.settings.actions_urls:
        report = await fetch_health(patient.session, url)
        if not report["ok"]:
            return fail("actions", f"{url}: {report['why']}", f"{START}; its log says why")
    return ok("actions", f"{patient.settings.actions_url} is well")
