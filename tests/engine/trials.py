"""A trial from its start to its end, and what a database holds besides."""

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.doubles.providers import ScriptedAI, result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import Category, TrialKind, TrialStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, ReprocessTrial, ReprocessTrialItem, User
from webapp.schemas.trials import TrialInput
from webapp.services.access import Actor

FUNDING = "Halcyon Health raises $65M in Series C funding"
LAWSUIT = "Halcyon Health sued over data breach of patient records"
CHIEF = "Halcyon Health names Ida Berg chief financial officer"
OTHER = {"provider": "openai", "model": "finer"}
"""The wish for another model, which `finer_model` lays ready."""
OWN_TABLES = {
    *("reprocess_trials", "reprocess_trial_items", "provider_health"),
    *("ai_calls", "ai_months", "ai_reservations"),
}
"""What judging may write: the trial itself, and what it cost."""


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def finer_model(world: World, *, relevance: float) -> ScriptedAI:
    """Lay ready another model, which sees partnerships."""
    model = ScriptedAI(
        model="finer", version="2", category=Category.PARTNERSHIP, relevance=relevance
    )
    world.others.append(model)
    return model


def monitored(world: World, schedule: AutomationSchedule, *titles: str, relevance: float) -> None:
    """Run over these headlines, all of them so relevant, and let eight hours pass."""
    world.model.relevance = world.rules.relevance = relevance
    world.rules.category = world.model.category
    world.source.results = [result(title) for title in titles]
    world.run(schedule)
    clock.set_clock(clock.now() + timedelta(hours=8))


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
