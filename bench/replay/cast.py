"""The people and clients of a play: ana wants everything at once, ben his own clients' risks."""

import uuid
from dataclasses import dataclass
from datetime import time

from sqlalchemy import func, select

from bench.replay.play import Act, Part
from bench.replay.server import feed_url
from webapp.enums import Category, JobType, NotificationFrequency, Role, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, ClientMember, User, UserPreference
from webapp.schemas.schedules import ScheduleInput
from webapp.services.access import Actor
from webapp.services.actors import actor_of
from webapp.services.schedules import AutomationScheduleService
from webapp.services.transactions import atomic

_BEN_WANTS = (
    Category.LAYOFFS_RESTRUCTURING,
    Category.SECURITY_INCIDENT,
    Category.LEGAL_REGULATORY,
    Category.FINANCIAL_RESULTS,
    Category.PARTNERSHIP,
    Category.PRODUCT_LAUNCH,
)


@dataclass(frozen=True)
class Cast:
    """Who takes part: user ids by first name, and ana, who starts the runs."""

    business_id: uuid.UUID
    users: dict[str, int]
    ana: Actor


def seed_people() -> Cast:
    """Store the business and its two users with their preferences."""
    with atomic() as session:
        business = Business(name="Lighthouse", timezone="UTC")
        session.add(business)
        session.flush()
        ana = _user(business, "Ana", Role.ADMIN)
        ben = _user(business, "Ben", Role.CSM)
        session.add_all((ana, ben))
        session.flush()
        common = {"business_id": business.id, "digest_time": time(9, 0)}
        session.add(UserPreference(user_id=ana.id, relevance_threshold=0.5, **common))
        session.add(
            UserPreference(
                user_id=ben.id,
                relevance_threshold=0.4,
                notification_categories=[each.value for each in _BEN_WANTS],
                notification_frequency=NotificationFrequency.DAILY,
                assigned_clients_only=True,
                **common,
            )
        )
    return Cast(business.id, {"ana": ana.id, "ben": ben.id}, actor_of(ana))


def seed_act(
    cast: Cast, act: Act, *, server: str, schedules: AutomationScheduleService
) -> AutomationSchedule:
    """Store the clients of an act, with their feeds of that day, and a schedule over them."""
    with atomic():
        business = db.session.get_one(Business, cast.business_id)
        business.gdelt_enabled = act.has_gdelt
        clients = [_client(cast, part, server) for part in act.parts]
        db.session.flush()
        ids = [client.id for client in clients]
    given = ScheduleInput(
        name=act.title,
        job_type=JobType.CLIENT_MONITORING,
        schedule_type=ScheduleType.MANUAL,
        client_ids=ids,
    )
    return schedules.create_schedule(cast.ana, given)


def _user(business: Business, name: str, role: Role) -> User:
    email = f"{name.lower()}@example.com"
    return User(business_id=business.id, name=name, email=email, role=role)


def _client(cast: Cast, part: Part, server: str) -> Client:
    query = select(Client).where(Client.business_id == cast.business_id, Client.name == part.client)
    client = db.session.scalar(query)
    if client is None:
        # A run goes through clients in the order of their ids, and a play in that of its parts
        known = db.session.scalar(select(func.count()).select_from(Client)) or 0
        client = Client(id=uuid.UUID(int=known + 1), business_id=cast.business_id, name=part.client)
        client.members.append(ClientMember(user_id=cast.users[part.owner]))
        db.session.add(client)
    client.industry, client.legal_name = part.industry, part.legal_name
    client.crm_account_id, client.crm_provider = part.crm_account_id, part.crm
    client.feed_urls = [feed_url(server, part.client, file) for file in part.feeds]
    return client
