"""The overview: what needs the user now."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.container import services
from webapp.enums import CategoryGroup
from webapp.pages.access import signed_in
from webapp.services.access import Actor, Permission
from webapp.services.overview import Overview, Scope

bp = Blueprint("overview", __name__)

NOON, EVENING = 12, 18
_TONES = {
    CategoryGroup.RISK: "danger",
    CategoryGroup.EXPANSION: "ok",
    CategoryGroup.RELATIONSHIP: "violet",
    CategoryGroup.INFO: "info",
}


@bp.get("/")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the overview of one's own clients or of the team's."""
    wanted = request.args.get("scope")
    scope = Scope(wanted) if wanted in list(Scope) else None
    seen = services().overview.load(actor, scope=scope)
    return render_template(
        "overview/index.html",
        overview=seen,
        needs=seen.needs,
        needs_url=f"/events?needs_action=true&sort=pressing&start_date={seen.needs_since}",
        **_words(actor, seen),
    )


def _words(actor: Actor, seen: Overview) -> dict[str, Any]:
    name = services().preferences.account(actor).name
    local = clock.now().astimezone(ZoneInfo(actor.zone))
    part = "morning" if local.hour < NOON else "afternoon" if local.hour < EVENING else "evening"
    return {
        "greeting": f"Good {part}, {name.split()[0] if name.split() else name}",
        "today": f"{local:%A} {local.day} {local:%B}",
        "bars": [
            (group.value.capitalize(), count, _TONES[group])
            for group, count in seen.by_group.items()
        ],
        "points": [(f"{each.day.day} {each.day:%b}", each.count) for each in seen.per_day],
        "trend": _trend([each.count for each in seen.per_day]),
    }


def _trend(counts: list[int]) -> str:
    """Say in words what the chart shows."""
    total, last_week = sum(counts), sum(counts[-7:])
    return (
        f"Events found per day over the last {len(counts)} days: {total} in all, "
        f"{max(counts)} at most on one day, {last_week} in the last week"
    )
