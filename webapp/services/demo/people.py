"""The demo's business and its users."""

from datetime import time

from sqlalchemy.orm import Session

from webapp.enums import NotificationFrequency, Role
from webapp.models import Business, User, UserPreference

DEMO_BUSINESS = "Beacon Demo"
DEMO_EMAIL = "ana@example.com"
DEMO_PASSWORD = "beacon-demo"  # noqa: S105 -- printed at the start; only a demo workspace has it
DEMO_ZONE = "Europe/Berlin"

_PEOPLE = (
    ("Ana Ferreira", DEMO_EMAIL, Role.ADMIN, NotificationFrequency.INSTANT),
    ("Ben Okoye", "ben@example.com", Role.CSM, NotificationFrequency.INSTANT),
    ("Dana Weiss", "dana@example.com", Role.MANAGER, NotificationFrequency.DAILY),
)


def add_business(session: Session) -> Business:
    """Store the demo's business."""
    business = Business(name=DEMO_BUSINESS, timezone=DEMO_ZONE, is_demo=True)
    session.add(business)
    session.flush()
    return business


def add_people(session: Session, business: Business, *, password_hash: str) -> list[User]:
    """Store admin, CSM and manager, in this order, each with preferences of their own."""
    users = [
        User(
            business_id=business.id, name=name, email=email, role=role, password_hash=password_hash
        )
        for name, email, role, _ in _PEOPLE
    ]
    session.add_all(users)
    session.flush()
    for user, (_, _, role, frequency) in zip(users, _PEOPLE, strict=True):
        session.add(
            UserPreference(
                user_id=user.id,
                business_id=business.id,
                notification_frequency=frequency,
                assigned_clients_only=role is Role.CSM,
                digest_time=time(8, 30),
            )
        )
    session.flush()
    return users
