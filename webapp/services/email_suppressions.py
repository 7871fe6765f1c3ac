"""Addresses that nothing is sent to."""

import uuid

from sqlalchemy import select

from webapp import clock
from webapp.extensions import db
from webapp.models import SuppressedAddress
from webapp.models.base import insert_or_ignore

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
