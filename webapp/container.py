"""The services of a process: the only place that chooses a vendor."""

from functools import partial

from flask import Flask, current_app

from webapp.assembly import Outside, Services, assemble
from webapp.config import Settings
from webapp.providers import registry
from webapp.providers.mock_api import MockAPIService
from webapp.queueing import JobQueue, Timetable, connect

EXTENSION = "beacon"


def build(settings: Settings, *, patient: bool) -> Services:
    """Build the services over the real world; a patient process may wait for Redis."""
    redis = connect(settings, patient=patient)
    http = registry.build_http(settings)
    mock_api = MockAPIService()
    outside = Outside(
        sources=registry.build_search_providers(settings, http, redis),
        mock_source=registry.build_mock_search(mock_api),
        crms=registry.build_crm_providers(settings, http),
        imported_crm=registry.build_imported_crm(),
        mock_crm=registry.build_mock_crm(mock_api),
        models=registry.build_ai_providers(settings),
        rules=registry.build_rules(),
        mail=registry.build_mail_provider(settings),
        feeds=registry.build_feed_check(settings, http),
        filers=registry.build_filer_check(settings, http, redis),
        other_model=partial(registry.build_ai_provider, settings),
        ping=registry.build_ping(settings, http),
        webhooks=registry.build_webhook_sender(settings, http),
    )
    return assemble(settings, JobQueue(redis), timetable=Timetable(redis), outside=outside)


def init_app(app: Flask, settings: Settings, *, patient: bool = False) -> None:
    """Build the services of this app."""
    app.extensions[EXTENSION] = build(settings, patient=patient)


def services() -> Services:
    """Return the services of the app under way."""
    built: Services = current_app.extensions[EXTENSION]
    return built
