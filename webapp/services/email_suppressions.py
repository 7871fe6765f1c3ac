"""Addresses that nothing is sent to, and those that are about to become such."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import BounceKind
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import EmailBounce, EmailLog, SuppressedAddress
from webapp.models.base import insert_or_ignore
from webapp.schemas.base import PageQuery
from webapp.services.access import Actor, Permission, scoped
from webapp.services.transactions import atomic

SOFT_DAYS = timedelta(days=30)
_MAX_SOFT = 20

_MAX_REASON = 300


def suppress(business_id: uuid.UUID, address: str, reason: str) -> bool:
    """Note that an address takes no mail; False if that is known. Needs an `atomic()`."""
    row = {
        "address": address.lower(),
        "business_id": business_id,
        "reason": reason[:_MAX_REASON],
        "created_at": clock.now(),
    }
    return bool(insert_or_ignore(SuppressedAddress, [row], conflict=["address", "business_id"]))


def is_suppressed(business_id: uuid.UUID, address: str) -> bool:
    """Tell whether nothing may be sent to an address of this business's users."""
    statement = select(SuppressedAddress.address).where(
        SuppressedAddress.business_id == business_id,
        SuppressedAddress.address == address.lower(),
    )
    return db.session.scalar(statement) is not None


@dataclass(frozen=True)
class SoftBounces:
    """How often mails to an address came back lately without it being dead."""

    address: str
    bounces: int
    last_at: datetime


class EmailSuppressionService:
    """Shows the list to those who see the team's mails; an admin takes addresses off it."""

    def page(self, actor: Actor, query: PageQuery) -> tuple[list[SuppressedAddress], int]:
        """Return a part of the addresses, newest first, and how many there are."""
        actor.require(Permission.VIEW_TEAM_MAIL)
        found = scoped(SuppressedAddress, actor.business_id)
        total = db.session.scalar(found.with_only_columns(func.count())) or 0
        ordered = found.order_by(SuppressedAddress.created_at.desc(), SuppressedAddress.address)
        return [*db.session.scalars(ordered.offset(query.skip).limit(query.limit))], total

    def remove(self, actor: Actor, address: str) -> None:
        """Let mails to an address go again, such as after a mailbox was mended.

        Raises NotFoundError for an address that is not on the list.
        """
        actor.require(Permission.ADMINISTER)
        wanted = SuppressedAddress.address == address.strip().lower()
        with atomic() as session:
            row = session.scalar(scoped(SuppressedAddress, actor.business_id).where(wanted))
            if row is None:
                raise NotFoundError("This address is not on the list.")
            session.delete(row)

    def is_on_list(self, actor: Actor, address: str) -> bool:
        """Tell whether an address of the actor's business gets nothing more."""
        return is_suppressed(actor.business_id, address)

    def soft(self, actor: Actor) -> list[SoftBounces]:
        """Return the addresses whose mails came back in the last 30 days, most often first."""
        actor.require(Permission.VIEW_TEAM_MAIL)
        number = func.count()
        found = (
            select(EmailLog.recipient_email, number, func.max(EmailBounce.created_at))
            .join(EmailLog, EmailLog.id == EmailBounce.email_log_id)
            .where(
                EmailBounce.business_id == actor.business_id,
                EmailBounce.kind == BounceKind.SOFT,
                EmailBounce.created_at > clock.now() - SOFT_DAYS,
            )
            .group_by(EmailLog.recipient_email)
            .order_by(number.desc(), EmailLog.recipient_email)
            .limit(_MAX_SOFT)
        )
        return [SoftBounces(*row) for row in db.session.execute(found)]
