"""The filter over events in forms: what is stored, what was typed, and which clients there are."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request

from webapp.enums import Severity
from webapp.models.event_wish import EventWish
from webapp.pages.forms import FormErrors
from webapp.schemas.preference_form import CategoryChoice
from webapp.services.access import Actor
from webapp.services.schedule_overview import client_names, watched_clients
from webapp.taxonomy import categories_by_group

LISTS = ("categories", "client_ids")
_TEXTS = ("relevance_percent", "min_severity", "category_choice", "client_choice")


def stored_wish(wish: EventWish | None) -> dict[str, Any]:
    """Return what the form shows of a wish; without one, of everything."""
    categories = wish.categories if wish else None
    client_ids = wish.client_ids if wish else None
    return {
        "relevance_percent": round((wish.min_relevance if wish else 0) * 100),
        "min_severity": (wish.min_severity if wish else None) or "",
        "category_choice": _choice(categories),
        "categories": categories or [],
        "client_choice": _choice(client_ids),
        "client_ids": client_ids or [],
    }


def typed_wish() -> dict[str, Any]:
    """Return what was typed, so that nothing of it is lost."""
    texts = {name: request.form.get(name, "") for name in _TEXTS}
    return texts | {name: request.form.getlist(name) for name in LISTS}


def wish_context(actor: Actor, form: dict[str, Any], errors: FormErrors) -> dict[str, Any]:
    """Return what the fields need beside their values."""
    return {
        "form": form,
        "errors": errors,
        "grouped": categories_by_group(),
        "severities": [("", "Any"), *((each.value, _from(each)) for each in Severity)],
        "clients": _clients(actor, form["client_ids"]),
    }


def _choice(chosen: Sequence[str] | None) -> CategoryChoice:
    return CategoryChoice.ALL if chosen is None else CategoryChoice.CHOSEN


def _from(severity: Severity) -> str:
    is_top = severity is Severity.CRITICAL
    return severity.value.capitalize() + ("" if is_top else " and above")


def _clients(actor: Actor, chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Return the active clients, and those that are chosen although they are archived."""
    options = {str(each): name for each, name in watched_clients(actor)}
    missing = [each for each in chosen if each not in options]
    options |= {str(each): f"{name} (archived)" for each, name in client_names(actor, missing)}
    return list(options.items())
