"""Calibrations: learned from feedback, looked at, switched on and off by admins, and kept."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from webapp.config import Settings
from webapp.enums import Category
from webapp.errors import ConflictError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, Calibration, CalibrationSwitch, User
from webapp.models.base import rows_changed
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.calibration_formula import Cell, Shifts, learn
from webapp.services.calibration_preview import Preview, preview
from webapp.services.calibration_votes import Correction, Taught, read_votes
from webapp.services.transactions import atomic

NOTHING_TO_LEARN = (
    "There is no feedback to learn from yet. “Useful” and “Not relevant” on events that are not "
    "simulated teach."
)


@dataclass(frozen=True)
class Switch:
    """That a version was switched, by whom; nobody is named who is gone."""

    is_on: bool
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Version:
    """One version with what it rests on and who switched it, latest switch first."""

    id: uuid.UUID
    version: int
    learned_at: datetime
    learned_by: str | None
    since: datetime
    events: int
    cells: tuple[Cell, ...]
    corrections: tuple[Correction, ...]
    is_on: bool
    switches: tuple[Switch, ...]

    @property
    def shifts(self) -> Shifts:
        """What it does to relevance."""
        return Shifts(self.cells)


@dataclass(frozen=True)
class Learned:
    """A version, and whether it is new or the latest one says the same already."""

    version: Version
    is_new: bool


class CalibrationService:
    """Keeps the versions of a business's calibration; only its admins may see or switch them."""

    def __init__(self, settings: Settings) -> None:
        self._insight_threshold = settings.insight_threshold

    def list(self, actor: Actor) -> Sequence[Version]:
        """Return every version, latest first: two queries."""
        actor.require(Permission.ADMINISTER)
        return _versions(actor.business_id)

    def get(self, actor: Actor, calibration_id: uuid.UUID) -> Version:
        """Return one version. Raises NotFoundError."""
        actor.require(Permission.ADMINISTER)
        found = _versions(actor.business_id, calibration_id)
        if not found:
            raise NotFoundError("There is no such calibration.")
        return found[0]

    def preview(self, actor: Actor, calibration_id: uuid.UUID) -> Preview:
        """Return what a version would have changed in the last 30 days."""
        version = self.get(actor, calibration_id)
        return preview(actor.business_id, version.shifts, insight_threshold=self._insight_threshold)

    def is_outdated(self, actor: Actor) -> bool:
        """Tell whether learning now would make a new version."""
        actor.require(Permission.ADMINISTER)
        taught = read_votes(actor.business_id)
        return _has_content(taught) and not _says_the_same(_latest(actor.business_id), taught)

    def learn(self, actor: Actor) -> Learned:
        """Keep what feedback teaches now as a version, switched off.

        Where the latest version says the same already, return that one. Raises ConflictError
        where nobody gave feedback that teaches.
        """
        actor.require(Permission.ADMINISTER)
        with atomic() as session:
            _lock(actor.business_id)
            taught = read_votes(actor.business_id)
            if not _has_content(taught):
                raise ConflictError(NOTHING_TO_LEARN)
            latest = _latest(actor.business_id)
            if latest is not None and _says_the_same(latest, taught):
                return Learned(self.get(actor, latest.id), is_new=False)
            row = Calibration(
                business_id=actor.business_id,
                version=latest.version + 1 if latest else 1,
                learned_by_user_id=actor.user_id,
                since=taught.since,
                events=len(taught.votes),
                **_content(taught),
            )
            session.add(row)
            session.flush()
            return Learned(self.get(actor, row.id), is_new=True)

    def switch_on(self, actor: Actor, calibration_id: uuid.UUID) -> Version:
        """Let a version move the relevance of new events; any other one is switched off.

        A second time changes nothing.
        """
        actor.require(Permission.ADMINISTER)
        with atomic():
            _lock(actor.business_id)
            wanted = get_owned(Calibration, calibration_id, actor.business_id)
            current = _in_force(actor.business_id)
            if current is not None and current.id != wanted.id:
                self._switch(actor, current, is_on=False)
            if not wanted.is_on:
                self._switch(actor, wanted, is_on=True)
            return self.get(actor, wanted.id)

    def switch_off(self, actor: Actor, calibration_id: uuid.UUID) -> Version:
        """Let a version move nothing any more; events that it moved stay as they are."""
        actor.require(Permission.ADMINISTER)
        with atomic():
            _lock(actor.business_id)
            row = get_owned(Calibration, calibration_id, actor.business_id)
            if row.is_on:
                self._switch(actor, row, is_on=False)
            return self.get(actor, row.id)

    def _switch(self, actor: Actor, row: Calibration, *, is_on: bool) -> None:
        rows_changed(update(Calibration).where(Calibration.id == row.id).values(is_on=is_on))
        db.session.refresh(row)
        db.session.add(
            CalibrationSwitch(
                business_id=row.business_id,
                calibration_id=row.id,
                user_id=actor.user_id,
                is_on=is_on,
            )
        )
        db.session.flush()


def shifts_in_force(business_id: uuid.UUID) -> Shifts | None:
    """Return what moves the relevance of a business's new events; None where nothing does."""
    row = _in_force(business_id)
    return Shifts(map(Cell.from_json, row.cells)) if row else None


def _lock(business_id: uuid.UUID) -> None:
    """Let nobody else learn or switch until the transaction ends."""
    db.session.get_one(Business, business_id, with_for_update=True)


def _in_force(business_id: uuid.UUID) -> Calibration | None:
    found: Calibration | None = db.session.scalar(
        scoped(Calibration, business_id).where(Calibration.is_on)
    )
    return found


def _latest(business_id: uuid.UUID) -> Calibration | None:
    newest = scoped(Calibration, business_id).order_by(Calibration.version.desc()).limit(1)
    found: Calibration | None = db.session.scalar(newest)
    return found


def _has_content(taught: Taught) -> bool:
    return bool(taught.votes or taught.corrections)


def _content(taught: Taught) -> dict[str, Any]:
    return {
        "cells": [cell.to_json() for cell in learn(taught.votes)],
        "corrections": [
            {"category": each.category.value, "right": each.right.value, "events": each.events}
            for each in taught.corrections
        ],
    }


def _says_the_same(row: Calibration | None, taught: Taught) -> bool:
    content = _content(taught)
    return row is not None and all(getattr(row, name) == content[name] for name in content)


def _versions(business_id: uuid.UUID, calibration_id: uuid.UUID | None = None) -> Sequence[Version]:
    query = (
        scoped(Calibration, business_id)
        .add_columns(User.name)
        .outerjoin(User, User.id == Calibration.learned_by_user_id)
        .order_by(Calibration.version.desc())
    )
    if calibration_id is not None:
        query = query.where(Calibration.id == calibration_id)
    rows = db.session.execute(query).all()
    switches = _switches([row.id for row, _ in rows])
    return [_version(row, name, switches.get(row.id, ())) for row, name in rows]


def _switches(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Sequence[Switch]]:
    query = (
        select(
            CalibrationSwitch.calibration_id,
            CalibrationSwitch.is_on,
            CalibrationSwitch.created_at,
            User.name,
        )
        .outerjoin(User, User.id == CalibrationSwitch.user_id)
        .where(CalibrationSwitch.calibration_id.in_(ids))
        .order_by(CalibrationSwitch.created_at.desc(), CalibrationSwitch.id.desc())
    )
    rows: Iterable[Row[Any]] = db.session.execute(query)
    found: dict[uuid.UUID, list[Switch]] = {}
    for row in rows:
        switch = Switch(row.is_on, row.name, row.created_at)
        found.setdefault(row.calibration_id, []).append(switch)
    return dict(found)


def _version(row: Calibration, learned_by: str | None, switches: Sequence[Switch]) -> Version:
    corrections = tuple(
        Correction(Category(each["category"]), Category(each["right"]), each["events"])
        for each in row.corrections
    )
    return Version(
        id=row.id,
        version=row.version,
        learned_at=row.created_at,
        learned_by=learned_by,
        since=row.since,
        events=row.events,
        cells=tuple(map(Cell.from_json, row.cells)),
        corrections=corrections,
        is_on=row.is_on,
        switches=tuple(switches),
    )
