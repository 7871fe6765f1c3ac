"""What an event was before it was judged anew."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Event, EventRevision, User
from webapp.services.access import Actor, Permission, get_owned


@dataclass(frozen=True)
class Revision:
    """The verdict that held until a time, and who replaced it by adopting which trial."""

    until: datetime
    before: dict[str, Any]
    replaced_by: str | None
    trial_id: uuid.UUID | None


def revisions_of(actor: Actor, event_id: uuid.UUID) -> list[Revision]:
    """Return what an event was before, latest first. Raises NotFoundError."""
    actor.require(Permission.VIEW)
    event = get_owned(Event, event_id, actor.business_id)
    query = (
        select(EventRevision.created_at, EventRevision.before, User.name, EventRevision.trial_id)
        .outerjoin(User, User.id == EventRevision.user_id)
        .where(EventRevision.event_id == event.id)
        .order_by(EventRevision.created_at.desc(), EventRevision.id.desc())
    )
    return [Revision(*row) for row in db.session.execute(query)]
