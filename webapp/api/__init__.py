"""The JSON API: one module a noun, each with its routes `api`."""

from flask import Flask

from webapp.api import (
    audit_log,
    auth,
    business,
    calibrations,
    chats,
    client_crm,
    clients,
    coverage,
    crm,
    docs,
    email_bounces,
    email_logs,
    email_suppressions,
    events,
    held_back,
    job_runs,
    mutes,
    notifications,
    own_keys,
    preferences,
    quotas,
    raw_data,
    scheduler,
    schedules,
    stand_ins,
    status,
    tokens,
    trials,
    users,
    webhooks,
)
from webapp.extensions import csrf

NOUNS = (
    auth,
    tokens,
    business,
    users,
    preferences,
    clients,
    client_crm,
    crm,
    coverage,
    schedules,
    scheduler,
    job_runs,
    events,
    raw_data,
    trials,
    calibrations,
    notifications,
    own_keys,
    held_back,
    mutes,
    stand_ins,
    email_logs,
    email_suppressions,
    email_bounces,
    quotas,
    webhooks,
    audit_log,
    chats,
    status,
)
"""In the order of the documentation."""


def init_app(app: Flask) -> None:
    """Register all routes and their documentation.

    CSRF is left to `caller`: who comes with a token needs none, who comes with a cookie does.
    """
    for noun in NOUNS:
        csrf.exempt(noun.api.blueprint)
        app.register_blueprint(noun.api.blueprint)
    docs.init_app(app, [each for noun in NOUNS for each in noun.api.operations])
