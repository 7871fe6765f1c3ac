"""A small app that shows the components under the product's content security policy."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, render_template_string, request

from webapp import clock
from webapp.enums import Category, RunStatus
from webapp.pages import assets, formatting, htmx

ROOT = Path(__file__).parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
EVENTS = (
    ("Halcyon Health", "CFO Marta Lindqvist steps down after restructuring announcement",
     Category.LEADERSHIP_CHANGE, "high", 0.94, True, "live", "risk"),
    ("Castellan Bank", "Castellan Bank opens 40 new branches across the Nordics",
     Category.MARKET_EXPANSION, "high", 0.91, True, "live", ""),
    ("Northwind Logistics", "Northwind Logistics to acquire rail operator TransBaltic for €310M",
     Category.ACQUISITION_BY_CLIENT, "low", 0.88, True, "cached", ""),
    ("Orbital Robotics", "Orbital Robotics raises $65M Series C led by Ironbridge",
     Category.FUNDING, "low", 0.52, False, "simulated", ""),
)  # fmt: skip
SCHEDULES = (
    ("Daily morning monitoring", "All clients (48)", "Every weekday at 07:30", "completed", True),
    ("Enterprise accounts, hourly", "12 clients", "At minute 5, 08:00–18:00", "partial", True),  # noqa: RUF001 -- an en dash, as pages write ranges
    ("Renewals next 90 days", "9 clients", "Mondays at 06:00", "failed", False),
)


ERRORS = {"name": "Give the schedule a name.", "hour": "The hour is 0 to 23."}


SPLIT = """{% extends "layouts/app.html" %}{% block title %}Split{% endblock %}
{% block main_class %}has-split{% endblock %}{% block content_class %}{% endblock %}
{% block content %}<div class="split"><section class="list" aria-label="List"><ul>
{% set link = {"hx-get": "/one", "hx-target": "#detail"} %}
{{ ui.event_row(1, "/one", "One", "Halcyon Health", "funding", link=link) }}</ul></section>
<article class="detail" id="detail" data-pane aria-label="Detail"></article></div>{% endblock %}"""
UNSAFE = '<!doctype html><p style="color: red">red</p><script>throw Error("ran")</script>'
COUNTER = (
    '<p id="n" hx-get="/poll" hx-trigger="every 100ms" hx-swap="outerMorph" hx-ptag="0" data-poll>'
    "31 of 48</p>"
)
POLLS = "{% extends 'layouts/app.html' %}{% block content %}" + COUNTER + "{% endblock %}"
FORM = """{% import "components/ui.html" as ui %}
<form id="form" method="post" action="/form" hx-post="/form" hx-swap="outerHTML" novalidate>
{{ ui.seg("schedule_type", "Frequency", [("daily", "Daily"), ("weekly", "Weekly")], "daily") }}
<div data-show-for="schedule_type:weekly">{{ ui.input("day", "Day", "Monday") }}</div>
{{ ui.input("name", "Name", name, error=error) }}{{ ui.button("Save", type="submit") }}</form>"""
FORM_PAGE = "{% extends 'layouts/app.html' %}{% block content %}" + FORM + "{% endblock %}"


def context(errors: dict[str, str]) -> dict[str, Any]:
    now = clock.now()
    names = ("client", "title", "category", "urgency", "relevance", "unread", "provenance", "group")
    schedule_names = ("name", "clients", "cadence", "status", "active")
    strip = [RunStatus.COMPLETED] * 9 + [RunStatus.FAILED, RunStatus.PARTIAL, RunStatus.SKIPPED]
    return {
        "events": [
            dict(zip(names, row, strict=True))
            | {"source": "newswire.example", "at": now - timedelta(minutes=18, hours=3 * index)}
            for index, row in enumerate(EVENTS)
        ],
        "schedules": [
            dict(zip(schedule_names, row, strict=True))
            | {"next": now + timedelta(hours=22) if row[4] else None}
            | {"last": now - timedelta(hours=2), "runs": strip}
            for row in SCHEDULES
        ],
        "points": [(str(day), 3 + day % 7 + day // 5) for day in range(1, 31)],
        "next_runs": [now + timedelta(days=day) for day in range(1, 6)],
        "categories": list(Category),
        "statuses": list(RunStatus),
        "page_url": lambda skip: f"/?skip={skip}",
        "user": {"name": "Ana Duarte", "email": "ana@example.com"},
        "request_id": "7c1f9a52",
        "errors": errors,
    }


def nav() -> list[dict[str, Any]]:
    rows = (
        ("/", "layout-dashboard", "Overview", "", None, False, "o"),
        ("/events", "inbox", "Events", "", 5, True, "e"),
        ("/notifications", "bell", "Notifications", "", 2, False, "n"),
        ("/schedules", "calendar-clock", "Schedules", "Automation", 6, False, "s"),
        ("/runs", "activity", "Job runs", "Automation", None, False, "j"),
        ("/email", "mail", "E-mail", "Automation", None, False, "m"),
        ("/status", "server", "Status", "Automation", None, False, None),
    )
    names = ("url", "icon", "label", "section", "count", "hot", "key")
    return [dict(zip(names, row, strict=True)) | {"current": row[0] == "/"} for row in rows]


def make_app() -> Flask:
    """Build a tiny app that shows the components under the product's content security policy."""
    made = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    made.testing = True
    made.secret_key = "only for this test"
    made.config["THEMES"] = []
    for module in (assets, formatting):
        module.register(made)
    htmx.init_app(made)
    made.context_processor(lambda: {"nav": nav(), "theme": "system"})
    made.add_url_rule("/", "index", lambda: sink({}))
    made.add_url_rule("/invalid", "invalid", lambda: sink(ERRORS))
    made.add_url_rule("/toast", "toast", toasted, methods=["POST"])
    made.add_url_rule("/error/<int:status>", "error", error_page)
    made.add_url_rule("/fails", "fails", lambda: ("", 500))
    made.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))  # fragments name none
    made.add_url_rule("/unsafe", "unsafe", lambda: UNSAFE)
    made.add_url_rule("/split", "split", lambda: render_template_string(SPLIT))
    made.add_url_rule("/one", "one", lambda: "<h2>One, in full</h2>")
    made.add_url_rule("/polls", "polls", lambda: render_template_string(POLLS))
    made.add_url_rule("/poll", "poll", lambda: htmx.polled(COUNTER))
    made.add_url_rule("/form", "form", posted_form, methods=["GET", "POST"])

    @made.post("/preferences/theme")
    def theme() -> tuple[str, int]:
        made.config["THEMES"].append(request.form["theme"])
        return "", 204

    @made.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return made


def sink(errors: dict[str, str]) -> str:
    return render_template("kitchen_sink.html", **context(errors))


def posted_form() -> Any:
    if request.method == "GET":
        return render_template_string(FORM_PAGE, name="")
    sent = ", ".join(sorted(request.form))
    return render_template_string(FORM, name=sent, error="This name is taken."), 422


def toasted() -> Any:
    return htmx.toast("", "Marked as done.", "/toast")


def error_page(status: int) -> str:
    return render_template(f"errors/{status}.html", request_id="7c1f9a52")
