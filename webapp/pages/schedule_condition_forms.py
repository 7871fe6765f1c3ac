"""The conditions of a schedule as fields of its form: one of each kind, empty when not wanted."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.enums import ConditionKind

Form = MultiDict[str, str]
EMPTY: dict[str, Any] = {
    "on_days": [],
    "quota_source": "",
    "quota_at_least": "",
    "last_run_minutes": "",
    "tiers": [],
    "renews_within_days": "",
}
_LISTS = ("on_days", "tiers")


def stored(conditions: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields' values for what is stored; of two of a kind the first is shown."""
    values = dict(EMPTY)
    for condition in reversed(list(conditions)):
        match condition.get("kind"):
            case ConditionKind.WEEKDAY:
                values["on_days"] = [str(day) for day in condition["days"]]
            case ConditionKind.QUOTA_LEFT:
                values["quota_source"] = condition["source"]
                values["quota_at_least"] = condition["at_least"]
            case ConditionKind.LAST_RUN_AGE:
                values["last_run_minutes"] = condition["at_least_minutes"]
            case ConditionKind.CLIENT_SEGMENT:
                values["tiers"] = list(condition.get("tiers", []))
                days = condition.get("renews_within_days")
                values["renews_within_days"] = "" if days is None else days
    return values


def typed(form: Form) -> dict[str, Any]:
    """Return what was typed, to show it again."""
    values = {name: form.get(f"_{name}", "").strip() for name in EMPTY}
    return values | {name: form.getlist(f"_{name}") for name in _LISTS}


def read(form: Form, before: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the conditions that the form means, with those of `before` that it cannot show."""
    values = typed(form)
    conditions: list[dict[str, Any]] = []
    if values["on_days"]:
        conditions.append({"kind": ConditionKind.WEEKDAY, "days": values["on_days"]})
    if values["quota_source"] or values["quota_at_least"]:  # a half is told, not dropped
        conditions.append(
            {
                "kind": ConditionKind.QUOTA_LEFT,
                "source": values["quota_source"],
                "at_least": values["quota_at_least"],
            }
        )
    if values["last_run_minutes"]:
        minutes = values["last_run_minutes"]
        conditions.append({"kind": ConditionKind.LAST_RUN_AGE, "at_least_minutes": minutes})
    if values["tiers"] or values["renews_within_days"]:
        conditions.append(
            {
                "kind": ConditionKind.CLIENT_SEGMENT,
                "tiers": values["tiers"],
                "renews_within_days": values["renews_within_days"] or None,
            }
        )
    return conditions + _hidden(before)


def _hidden(conditions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every further condition of a kind, which came through the API."""
    seen: set[Any] = set()
    hidden = []
    for condition in conditions:
        if condition.get("kind") in seen:
            hidden.append(condition)
        seen.add(condition.get("kind"))
    return hidden
