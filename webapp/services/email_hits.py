"""EmailHitService: counts opens and clicks of mails, and leads links on to where they go."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import load_only

from webapp import clock
from webapp.enums import HitKind, HitVerdict, MachineSign
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import EmailHit, EmailLog, User
from webapp.services.email_hit_verdicts import (
    BURST,
    BURST_MAILS,
    Visit,
    judge,
    loads_on_view,
    own_sign,
)
from webapp.services.email_links import EmailLinks
from webapp.services.email_marks import HONEYPOT, EmailMarks, Mark
from webapp.services.email_text import safe_url
from webapp.services.transactions import atomic, snapshot

MAX_HITS = 100
"""Hits kept of one mail; nobody can fill the table with one link."""
_MAX_AGENT = 200
_COLUMNS = load_only(
    EmailLog.business_id,
    EmailLog.user_id,
    EmailLog.sent_at,
    EmailLog.opened_at,
    EmailLog.clicked_at,
    EmailLog.tracked_links,
)
log = logging.getLogger(__name__)


class EmailHitService:
    """Takes note of each hit and of nothing else: no read mark, no setting changes by one."""

    def __init__(self, *, links: EmailLinks, marks: EmailMarks) -> None:
        self._links = links
        self._marks = marks

    def opened(self, signed: str, visit: Visit) -> bool:
        """Count the opening of a mail; False if the mark is none of ours."""
        found = self._find(HitKind.OPEN, signed)
        if found is None:
            return False
        log_id, _mark, _targets = found
        _note(log_id, HitKind.OPEN, None, visit=visit)
        return True

    def followed(self, signed: str, visit: Visit) -> str:
        """Count a click and return where the link leads: only what we kept when it was sent.

        Raises NotFoundError for a link that we did not make.
        """
        found = self._find(HitKind.CLICK, signed)
        target = self._target(found[1].place, found[2]) if found else None
        if found is None or target is None:
            raise NotFoundError("This link is not valid. Look the event up in Beacon instead.")
        _note(found[0], HitKind.CLICK, found[1].place, visit=visit)
        return target

    def _find(self, kind: HitKind, signed: str) -> tuple[uuid.UUID, Mark, list[str]] | None:
        mark = self._marks.read(kind, signed)
        if mark is None:
            return None
        with snapshot() as session:
            columns = select(EmailLog.id, EmailLog.tracked_links)
            row = session.execute(columns.where(EmailLog.tracking_token == mark.token)).first()
        return (row[0], mark, row[1] or []) if row else None

    def _target(self, place: int | None, targets: Sequence[str]) -> str | None:
        if place == HONEYPOT:
            return self._links.absolute("/")
        if place is None or place > len(targets):
            return None
        return safe_url(targets[place - 1])


def _note(log_id: uuid.UUID, kind: HitKind, place: int | None, *, visit: Visit) -> None:
    """Write a hit down; who follows a link arrives also when that fails."""
    try:
        hit = _add(log_id, kind, place, visit=visit)
        if hit is not None and hit.verdict is HitVerdict.HUMAN:
            _look_around(hit)
    except SQLAlchemyError:
        log.exception("a hit on mail %s could not be written down", log_id)
        db.session.rollback()


def _add(log_id: uuid.UUID, kind: HitKind, place: int | None, *, visit: Visit) -> EmailHit | None:
    now = clock.now()
    with atomic() as session:
        row = session.scalar(_locked([log_id]))
        if row is None or not _is_counted(row):
            return None
        hits = _hits_of(row)
        if len(hits) >= MAX_HITS:
            return None
        hit = EmailHit(
            business_id=row.business_id,
            email_log_id=row.id,
            kind=kind,
            place=place,
            sign=own_sign(visit, place, sent_at=row.sent_at, now=now),
            user_agent=visit.user_agent[:_MAX_AGENT],
            network=visit.network,
            created_at=now,
        )
        session.add(hit)
        _settle(row, [*hits, hit])
    return hit


def _look_around(hit: EmailHit) -> None:
    """Take a hit back that was one of many on several mails within moments.

    Runs after the hit is committed, so that of several at once the last one sees them all.
    """
    if hit.network is None or loads_on_view(hit.user_agent):
        return  # a picture proxy stands for many people
    with snapshot() as session:
        mails = {near.email_log_id for near in session.scalars(_near(hit))}
    if len(mails) < BURST_MAILS:
        return
    with atomic() as session:
        rows = list(session.scalars(_locked(sorted(mails))))
        for near in session.scalars(_near(hit)):
            near.sign = near.sign or MachineSign.MANY_MAILS
        for row in rows:
            _settle(row, _hits_of(row))


def _near(hit: EmailHit) -> Select[EmailHit]:
    return select(EmailHit).where(
        EmailHit.business_id == hit.business_id,
        EmailHit.created_at.between(hit.created_at - BURST, hit.created_at + BURST),
        EmailHit.network == hit.network,
        EmailHit.user_agent == hit.user_agent,
    )


def _locked(log_ids: Sequence[uuid.UUID]) -> Select[EmailLog]:
    """Select mails one after the other under a lock: hits on one mail are judged in turn."""
    found = select(EmailLog).options(_COLUMNS).where(EmailLog.id.in_(log_ids))
    return found.order_by(EmailLog.id).with_for_update()


def _is_counted(row: EmailLog) -> bool:
    """Tell whether business and recipient let opens and clicks be counted, as of now."""
    user = db.session.get(User, row.user_id) if row.user_id else None
    return user is not None and user.tracking_allowed and user.business.tracking_enabled


def _hits_of(row: EmailLog) -> list[EmailHit]:
    found = select(EmailHit).where(EmailHit.email_log_id == row.id)
    return list(db.session.scalars(found.order_by(EmailHit.created_at, EmailHit.id)))


def _settle(row: EmailLog, hits: Sequence[EmailHit]) -> None:
    """Judge all hits of a mail, and note when a person first opened it and followed a link."""
    for hit, sign in zip(hits, judge(hits, links=len(row.tracked_links or [])), strict=True):
        hit.sign = sign
        hit.verdict = HitVerdict.MACHINE if sign else HitVerdict.HUMAN
    row.clicked_at = _first(hits, {HitKind.CLICK})
    row.opened_at = _first(hits, set(HitKind))  # who follows a link has the mail open


def _first(hits: Sequence[EmailHit], kinds: set[HitKind]) -> datetime | None:
    return min(
        (h.created_at for h in hits if h.verdict is HitVerdict.HUMAN and h.kind in kinds),
        default=None,
    )
