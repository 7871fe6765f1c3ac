"""The schedules of a chaos run: made one after the other, each due at once and once."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp import clock
from webapp.container import services
from webapp.enums import JobType, Role, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, User
from webapp.services.transactions import atomic

CLIENTS_EACH = 2
NAME = re.compile(r"Company \d{4} [A-H]")
MAILED = ("ana@example.com", "ben@example.com")


@dataclass
class Order:
    """What was ordered: the slots that its definition names, and the clients it is about."""

    schedule_id: uuid.UUID
    slots: list[datetime]
    clients: list[str]


@dataclass
class OrderBook:
    """Places orders and remembers them, whatever the database says later."""

    business_id: uuid.UUID | None = None
    creator_id: int = 0
    orders: list[Order] = field(default_factory=list)

    def open(self) -> None:
        """Make an empty business with two people who want to hear of everything."""
        db.create_all()
        with atomic() as session:
            business = Business(name="Chaos", timezone="UTC")
            session.add(business)
            session.flush()
            people = [
                User(business_id=business.id, email=email, name=email.split("@")[0], role=role)
                for email, role in zip(MAILED, (Role.ADMIN, Role.CSM), strict=True)
            ]
            session.add_all(people)
            session.flush()
            self.business_id, self.creator_id = business.id, people[0].id

    def place(self) -> None:
        """Save an hourly schedule whose minute has just come, as if it had been due all along.

        The next slot after it is an hour away, so exactly one falls into the run.
        """
        number = len(self.orders)
        slot = clock.now().replace(second=0, microsecond=0)
        with atomic() as session:
            clients = [
                Client(business_id=self.business_id, name=f"Company {number:04d} {letter}")
                for letter in "ABCDEFGH"[:CLIENTS_EACH]
            ]
            session.add_all(clients)
            session.flush()
            schedule = AutomationSchedule(
                business_id=self.business_id,
                created_by_user_id=self.creator_id,
                name=f"Order {number:04d}",
                job_type=JobType.CLIENT_MONITORING,
                schedule_type=ScheduleType.HOURLY,
                minute_of_hour=slot.minute,
                timezone="UTC",
                client_ids=[str(each.id) for each in clients],
                config={},
                next_run_at=slot,
            )
            session.add(schedule)
            session.flush()
            names = [each.name for each in clients]
        services().scheduler.register_schedule(schedule)
        self.orders.append(Order(schedule.id, [slot], names))

    def slots_until(self, end: datetime) -> list[tuple[uuid.UUID, datetime]]:
        """Return every (schedule, slot) that the definitions name up to a time."""
        return [
            (order.schedule_id, slot)
            for order in self.orders
            for first in order.slots
            for slot in _hourly(first, end)
        ]


def _hourly(first: datetime, end: datetime) -> list[datetime]:
    hours = int((end - first) / timedelta(hours=1))
    return [first + timedelta(hours=each) for each in range(hours + 1)]
