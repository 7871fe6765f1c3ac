"""The stages of a run as the page shows them: words, state and figures."""

from collections.abc import Callable
from typing import Any

from webapp.enums import PipelineStep
from webapp.pages.formatting import money, plural
from webapp.services.run_progress import RunProgress, Stage, StageState

Figures = dict[str, Any]
_WORDS: dict[PipelineStep, str] = {
    PipelineStep.SEARCH: "Search sources",
    PipelineStep.SAVE_RAW: "Store and remove duplicates",
    PipelineStep.CRM: "Enrich from CRM",
    PipelineStep.CLASSIFY: "Classify",
    PipelineStep.EVENTS: "Create events",
    PipelineStep.NOTIFY: "Decide who is told",
    PipelineStep.INSIGHTS: "Write insights",
}
_STATES = {
    StageState.WAITING: "todo",
    StageState.RUNNING: "running",
    StageState.DONE: "done",
}


def stage_items(progress: RunProgress) -> list[dict[str, str]]:
    """Return state, text and detail of each stage."""
    return [_item(stage, progress) for stage in progress.stages]


def _item(stage: Stage, progress: RunProgress) -> dict[str, str]:
    parts = []
    if stage.state is StageState.RUNNING:
        parts.append(f"{stage.passed} of {progress.total} clients")
    if stage.state is not StageState.WAITING:
        parts.append(_DETAILS[stage.step](progress.figures, stage))
    if stage.failed:
        parts.append(f"{plural(stage.failed, 'client')} failed here")
    state = "warn" if stage.failed else _STATES[stage.state]
    detail = " · ".join(part for part in parts if part)
    return {"state": state, "text": _WORDS[stage.step], "detail": detail}


def _search(figures: Figures, _stage: Stage) -> str:
    found = plural(figures["results"], "result")
    return f"{found} from {plural(figures['searches'], 'search', 'searches')}"


def _save(figures: Figures, _stage: Stage) -> str:
    """Say what of the results was new; with what was not, that makes all of them."""
    known = max(0, figures["results"] - figures["raw_rows"])
    return f"{plural(figures['raw_rows'], 'new item')}, {known} found twice or known before"


def _crm(_figures: Figures, stage: Stage) -> str:
    return plural(stage.passed, "account")


def _classify(figures: Figures, _stage: Stage) -> str:
    if not figures["ai_calls"]:
        return "by rules"
    calls = plural(figures["ai_calls"], "AI call")
    return f"{calls}, {money(float(figures['ai_cost_usd']))}"


def _events(figures: Figures, _stage: Stage) -> str:
    deferred = f", {figures['deferred']} deferred to the next run" if figures["deferred"] else ""
    return plural(figures["events"], "event") + deferred


def _notify(figures: Figures, _stage: Stage) -> str:
    mails = plural(figures["emails"], "e-mail")
    leave = " to leave with the insights" if figures["emails"] else ""
    return f"{figures['notifications']} in-app, {mails}{leave}"


def _insights(figures: Figures, _stage: Stage) -> str:
    return plural(figures["insights"], "insight")


_DETAILS: dict[PipelineStep, Callable[[Figures, Stage], str]] = {
    PipelineStep.SEARCH: _search,
    PipelineStep.SAVE_RAW: _save,
    PipelineStep.CRM: _crm,
    PipelineStep.CLASSIFY: _classify,
    PipelineStep.EVENTS: _events,
    PipelineStep.NOTIFY: _notify,
    PipelineStep.INSIGHTS: _insights,
}
