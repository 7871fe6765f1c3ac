"""A trial from its start to its end, and what a database holds besides."""

import hashlib
import json
import uuid
from typing import Any

from sqlalchemy import select

from tests.doubles.world import World
from webapp.enums import TrialKind, TrialStatus
from webapp.extensions import db
from webapp.models import ReprocessTrial, ReprocessTrialItem, User
from webapp.schemas.trials import TrialInput
from webapp.services.access import Actor

OWN_TABLES = {
    *("reprocess_trials", "reprocess_trial_items", "provider_health"),
    *("ai_calls", "ai_months", "ai_reservations"),
}
"""What judging may write: the trial itself, and what it cost."""


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def begin(world: World, user: User, **wish: Any) -> uuid.UUID:
    if world.others:  # the rules bound a model, so they see here what it sees
        world.rules.relevance = world.others[0].relevance
        world.rules.category = world.others[0].category
    return world.services.trials.start(actor(user), TrialInput.model_validate(wish))


def judged(world: World, user: User, **wish: Any) -> ReprocessTrial:
    """Start a trial and judge all of it."""
    trial_id = begin(world, user, **wish)
    work(world, trial_id)
    return trial(trial_id)


def adopted(world: World, user: User, found: ReprocessTrial) -> ReprocessTrial:
    """Adopt a trial and write all of it."""
    world.services.trials.adopt(actor(user), found.id)
    work(world, found.id)
    return trial(found.id)


def work(world: World, trial_id: uuid.UUID) -> None:
    world.services.trials.runner.work(trial_id)
    db.session.rollback()


def trial(trial_id: uuid.UUID) -> ReprocessTrial:
    db.session.rollback()
    return db.session.get_one(ReprocessTrial, trial_id, populate_existing=True)


def items(trial_id: uuid.UUID, kind: TrialKind | None = None) -> list[ReprocessTrialItem]:
    db.session.rollback()
    query = select(ReprocessTrialItem).where(ReprocessTrialItem.trial_id == trial_id)
    if kind is not None:
        query = query.where(ReprocessTrialItem.kind == kind)
    return list(db.session.scalars(query.order_by(ReprocessTrialItem.place)))


def everything_else() -> dict[str, str]:
    """Return a fingerprint of every table that judging must leave as it is."""
    db.session.rollback()
    prints = {}
    for table in db.metadata.sorted_tables:
        if table.name in OWN_TABLES:
            continue
        rows = db.session.execute(select(table)).all()
        lines = sorted(json.dumps([*map(str, row)]) for row in rows)
        prints[table.name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return prints


def is_ready(found: ReprocessTrial) -> bool:
    return found.status is TrialStatus.READY
