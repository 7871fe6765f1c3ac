"""The HTML pages: one module a noun, each with its blueprint `bp`."""

from flask import Flask

from webapp.pages import (
    account,
    ai_spending,
    assets,
    audit_log,
    auth,
    business,
    calibrations,
    chats,
    client_crm,
    clients,
    context,
    coverage,
    crm,
    email,
    email_hooks,
    email_suppressions,
    email_tracking,
    events,
    formatting,
    health,
    held_back,
    htmx,
    mutes,
    notifications,
    overview,
    own_keys,
    preferences,
    raw_data,
    runs,
    schedules,
    stand_ins,
    status,
    trials,
    webhooks,
)

NOUNS = (
    account,
    ai_spending,
    audit_log,
    auth,
    business,
    calibrations,
    chats,
    client_crm,
    clients,
    coverage,
    crm,
    email,
    email_hooks,
    email_suppressions,
    email_tracking,
    events,
    health,
    held_back,
    mutes,
    notifications,
    overview,
    own_keys,
    preferences,
    raw_data,
    runs,
    schedules,
    stand_ins,
    status,
    trials,
    webhooks,
)


def init_app(app: Flask) -> None:
    """Register all pages and what their templates share."""
    assets.register(app)
    formatting.register(app)
    htmx.init_app(app)
    context.init_app(app)
    for noun in NOUNS:
        app.register_blueprint(noun.bp)
