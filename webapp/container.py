"""The services of a process: the only place that chooses a vendor."""

import threading
import uuid
from collections import OrderedDict
from functools import partial

from flask import Flask, current_app, g
from redis import Redis

from webapp.assembly import Outside, OwnScope, Services, assemble
from webapp.config import Settings
from webapp.providers import registry
from webapp.providers.mock_api import MockAPIService
from webapp.queueing import JobQueue, Timetable, connect
from webapp.services.own_keys import OwnSettings

EXTENSION = "beacon"
_OWN_EXTENSION = "beacon_own"
_OF_BUSINESS = "beacon_of_business"
MOST_KEPT = 16
"""Businesses with keys of their own whose services a process keeps built."""


def build(settings: Settings, *, patient: bool) -> Services:
    """Build the services over the real world; a patient process may wait for Redis."""
    return _built(settings, connect(settings, patient=patient), OwnScope())


def _built(settings: Settings, redis: Redis, own: OwnScope) -> Services:
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
        own=own,
        chats=registry.build_chat_sender(settings, http),
    )
    return assemble(settings, JobQueue(redis), timetable=Timetable(redis), outside=outside)


class _OwnServices:
    """Services over the keys of single businesses, built when first wanted; the latest stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[uuid.UUID, tuple[OwnSettings, Services]] = OrderedDict()

    def of(self, business_id: uuid.UUID, wanted: OwnSettings, redis: Redis) -> Services:
        """Return the services of a business with these settings."""
        with self._lock:
            found = self._kept.pop(business_id, None)
            if found is None or found[0] != wanted:
                scope = business_id.hex[-20:]
                found = wanted, _built(wanted.settings, redis, OwnScope(wanted.own, scope))
            self._kept[business_id] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return found[1]


def init_app(app: Flask, settings: Settings, *, patient: bool = False) -> None:
    """Build the services of this app."""
    app.extensions[EXTENSION] = build(settings, patient=patient)
    app.extensions[_OWN_EXTENSION] = _OwnServices()


def services() -> Services:
    """Return the services of the app under way, or of the business that is worked for."""
    built: Services = g.get(_OF_BUSINESS) or current_app.extensions[EXTENSION]
    return built


def work_for(business_id: uuid.UUID | None) -> None:
    """Let `services` use the keys of this business for the rest of the app context, if it has any.

    Whatever it brought no key for is asked with the deployment's own.
    """
    common: Services = current_app.extensions[EXTENSION]
    own = common.own_keys.settings_of(business_id) if business_id is not None else None
    g.pop(_OF_BUSINESS, None)
    if own is not None and business_id is not None:
        kept: _OwnServices = current_app.extensions[_OWN_EXTENSION]
        setattr(g, _OF_BUSINESS, kept.of(business_id, own, common.queue.connection))
