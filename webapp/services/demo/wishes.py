"""What the demo's people do not want to hear of, and who of them is away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.enums import MuteKind
from webapp.models import Mute, StandIn, User
from webapp.services.notification_case import source_key

MUTED_PAPER = "Trade Weekly"
_MUTED_FOR = timedelta(days=14)


def add_wishes(session: Session, users: Sequence[User], *, now: datetime) -> None:
    """Let the admin mute a paper, and the CSM stand in for the manager, who is away this week."""
    admin, csm, manager = users
    session.add(
        Mute(
            business_id=admin.business_id,
            user_id=admin.id,
            kind=MuteKind.SOURCE,
            value=source_key(MUTED_PAPER),
            label=MUTED_PAPER,
            until=now + _MUTED_FOR,
            created_at=now - _MUTED_FOR,
        )
    )
    today = now.date()
    session.add(
        StandIn(
            business_id=manager.business_id,
            user_id=manager.id,
            covered_by_user_id=csm.id,
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=5),
            created_at=now - timedelta(days=3),
        )
    )
    session.flush()
