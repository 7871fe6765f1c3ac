"""What every page shows of the whole: two small queries, whatever the size of the business."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, or_, select

from webapp import clock
from webapp.enums import CRMName, SourceName
from webapp.extensions import db
from webapp.models import Notification, ProviderHealth
from webapp.services.access import Actor
from webapp.services.inbox_scope import speaks_of_nothing_hidden
from webapp.services.liveness import Liveness, liveness

MAX_COUNTED = 1000


@dataclass(frozen=True)
class Glance:
    """Unread notifications (counted up to 1000), and which processes are alive.

    `refused` is a source or CRM that is paused because it refused its key.
    """

    unread: int
    refused: str | None
    alive: Liveness


def glance(actor: Actor, keys: Collection[str] = ()) -> Glance:
    """Look, for one user; `keys` are the fingerprints of the keys that are set."""
    now = clock.now()
    unread = (
        select(Notification.id)
        .where(
            Notification.user_id == actor.user_id,
            Notification.business_id == actor.business_id,
            Notification.read_at.is_(None),
            Notification.done_at.is_(None),
            or_(Notification.snoozed_until.is_(None), Notification.snoozed_until <= now),
            speaks_of_nothing_hidden(),
        )
        .limit(MAX_COUNTED)
        .subquery()
    )
    row = db.session.execute(
        select(select(func.count()).select_from(unread).scalar_subquery(), _refused(keys))
    ).one()
    return Glance(row[0], row[1], liveness())


def _refused(keys: Collection[str]) -> ScalarSelect[str]:
    """Select the first provider that is not asked with a key that is set."""
    return (
        select(func.min(ProviderHealth.provider))
        .where(
            ProviderHealth.refused_key_fingerprint.in_(keys),
            ProviderHealth.provider.in_((*SourceName, *CRMName)),
        )
        .scalar_subquery()
    )
