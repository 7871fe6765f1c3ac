"""What every page shows around its content: theme, navigation, zone and status banner."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, g, request

from webapp import logs
from webapp.container import services
from webapp.pages.htmx import is_fragment
from webapp.services.access import Actor, Permission
from webapp.services.glance import Glance, glance
from webapp.services.provider_names import label_of
from webapp.visitors import visitor


@dataclass(frozen=True)
class NavItem:
    """One item of the navigation, as components/nav.html describes it."""

    url: str
    icon: str
    label: str
    section: str = ""
    key: str | None = None
    tab: bool = False
    hot: bool = False
    count: int | None = None
    current: bool = False
    poll: str | None = None
    needs: Permission = Permission.VIEW


_ITEMS = (
    NavItem("/", "layout-dashboard", "Overview", key="o", tab=True),
    NavItem("/events", "radar", "Events", key="e", tab=True),
    NavItem("/clients", "users", "Clients", key="c", tab=True),
    NavItem("/crm", "handshake", "CRM", key="k"),
    NavItem(
        "/notifications",
        "bell",
        "Notifications",
        key="n",
        hot=True,
        poll="/notifications/unread-badge",
    ),
    NavItem("/schedules", "calendar-clock", "Schedules", "Automation", key="s", tab=True),
    NavItem("/runs", "activity", "Job runs", "Automation", key="j"),
    NavItem("/coverage", "list-checks", "Coverage", "Automation", key="v"),
    NavItem("/raw-data", "database", "Raw data", "Automation", key="r"),
    NavItem("/email", "mail", "E-mail", "Automation", key="m"),
    NavItem("/status", "server", "Status", "Automation", key="a"),
    NavItem("/business", "building-2", "Business", "Admin", needs=Permission.ADMINISTER),
)


def init_app(app: Flask) -> None:
    """Give all templates what the layouts ask for."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    """Return the layouts' variables; fragments and error pages need no navigation."""
    shared: dict[str, Any] = {"request_id": logs.request_id.get()}
    found = visitor() if "actor" in g else None
    if found is None:
        return shared
    shared |= {
        "current_user": found,
        "theme": found.theme.value,
        "keyboard": found.single_keys_enabled,
    }
    if is_fragment():
        return shared
    seen = glance(found.actor, services().health.keys)
    return {**shared, "nav": _navigation(found.actor, seen), "status_banner": _banner(seen)}


def _navigation(actor: Actor, seen: Glance) -> list[NavItem]:
    """Return the items that the viewer may open."""
    return [
        replace(item, current=_is_current(item.url), count=seen.unread if item.hot else None)
        for item in _ITEMS
        if actor.can(item.needs)
    ]


def _is_current(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def _banner(seen: Glance) -> str | None:
    """Say in one sentence what does not run, or None when all does."""
    if not seen.alive.scheduler_is_alive:
        return "The scheduler is not running, so nothing starts by itself."
    if not seen.alive.worker_is_alive:
        return "No worker is running, so runs and mails wait."
    if not seen.alive.tick_is_alive:
        return "Scheduler and worker run, but nobody has looked at what is due for minutes."
    if seen.refused is not None:
        return f"{label_of(seen.refused)} refused its key, so it is not asked."
    return None
