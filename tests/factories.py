"""Rows for tests, each with sensible values that a test may override."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any, TypeVar

from webapp import clock
from webapp.enums import (
    AIName,
    Category,
    CategoryGroup,
    ChatKind,
    EmailStatus,
    EmailType,
    JobType,
    Provenance,
    RiskLevel,
    RunStatus,
    RunTrigger,
    ScheduleType,
    Severity,
    SourceName,
    Urgency,
)
from webapp.extensions import Base
from webapp.models import (
    AutomationSchedule,
    Business,
    ChatChannel,
    Client,
    ClientMember,
    CrmAccount,
    EmailLog,
    Event,
    EventRawData,
    JobRun,
    User,
    UserPreference,
)
from webapp.providers.crm.matching import host_of, name_key
from webapp.services.transactions import atomic

RowT = TypeVar("RowT", bound=Base)


def save(row: RowT) -> RowT:
    """Store a row and return it."""
    with atomic() as session:
        session.add(row)
    return row


def business(**values: Any) -> Business:
    return save(Business(**{"name": "Lighthouse", "timezone": "UTC", **values}))


def user(of: Business, **values: Any) -> User:
    name = values.get("name", "Dana")
    defaults = {"name": name, "email": f"{name.lower()}@example.com", "role": "csm"}
    return save(User(business_id=of.id, **{**defaults, **values}))


def client(of: Business, *, owner: User | None = None, **values: Any) -> Client:
    row = Client(business_id=of.id, **{"name": "Halcyon Health", **values})
    if owner is not None:
        row.members.append(ClientMember(user_id=owner.id))
    return save(row)


def crm_account(of: Business, *, facts: dict[str, Any], **values: Any) -> CrmAccount:
    """An account out of a file, found by what its facts say."""
    defaults: dict[str, Any] = {
        "account_id": facts["account_id"],
        "name": facts["account_name"],
        "name_key": name_key(facts["account_name"]),
        "host": host_of(facts.get("website")) or None,
        "facts": facts,
        "stated_at": clock.now(),
        "imported_at": clock.now(),
    }
    return save(CrmAccount(business_id=of.id, **{**defaults, **values}))


def preference(of: User, **values: Any) -> UserPreference:
    return save(UserPreference(user_id=of.id, business_id=of.business_id, **values))


def event(of: Client, **values: Any) -> Event:
    title = values.get("title", "Halcyon Health names a new chief financial officer")
    defaults: dict[str, Any] = {
        "title": title,
        "summary": "The chief financial officer leaves in January.",
        "url": "https://news.example.com/halcyon",
        "content_hash": hashlib.sha256(f"{title}{uuid.uuid4()}".encode()).hexdigest(),
        "publisher": "news.example.com",
        "source_api": SourceName.SERPER,
        "published_at": clock.now() - timedelta(hours=2),
        "category": Category.LEADERSHIP_CHANGE,
        "group": CategoryGroup.RELATIONSHIP,
        "severity": Severity.HIGH,
        "relevance_score": 0.85,
        "sentiment_score": -0.2,
        "risk_level": RiskLevel.MEDIUM,
        "urgency": Urgency.HIGH,
        "provenance": Provenance.LIVE,
        "classified_by": AIName.RULES,
    }
    return save(Event(business_id=of.business_id, client_id=of.id, **{**defaults, **values}))


def raw_data(of: Client, **values: Any) -> EventRawData:
    unique = uuid.uuid4().hex
    defaults: dict[str, Any] = {
        "source_api": SourceName.SERPER,
        "raw_content": "{}",
        "content_hash": unique,
        "canonical_url": f"https://news.example.com/{unique}",
        "url": f"https://news.example.com/{unique}",
        "title": "Halcyon Health opens a clinic",
        "fetched_at": clock.now(),
        "provenance": Provenance.LIVE,
    }
    row = {**defaults, **values}
    return save(EventRawData(business_id=of.business_id, client_id=of.id, **row))


def schedule(of: User, **values: Any) -> AutomationSchedule:
    defaults: dict[str, Any] = {
        "name": "Every morning",
        "job_type": JobType.CLIENT_MONITORING,
        "schedule_type": ScheduleType.DAILY,
        "hour_of_day": 9,
        "config": {},
        "next_run_at": clock.now() + timedelta(hours=12),
    }
    row = {**defaults, **values}
    return save(AutomationSchedule(business_id=of.business_id, created_by_user_id=of.id, **row))


def job_run(of: AutomationSchedule, **values: Any) -> JobRun:
    defaults: dict[str, Any] = {
        "job_type": of.job_type,
        "schedule_name": of.name,
        "trigger": RunTrigger.MANUAL,
        "status": RunStatus.COMPLETED,
    }
    row = {**defaults, **values}
    return save(JobRun(business_id=of.business_id, schedule_id=of.id, **row))


def email_log(of: User, **values: Any) -> EmailLog:
    unique = uuid.uuid4().hex
    defaults: dict[str, Any] = {
        "email_type": EmailType.EVENT_NOTIFICATION,
        "recipient_email": of.email,
        "subject": "[Risk] Halcyon Health: CFO steps down",
        "status": EmailStatus.SENT,
        "sent_at": clock.now(),
        "message_id": f"<{unique}@example.com>",
        "dedupe_key": unique,
    }
    row = {**defaults, **values}
    return save(EmailLog(business_id=of.business_id, user_id=of.id, **row))


def chat_channel(of: Business, *, owner: User | None = None, **values: Any) -> ChatChannel:
    defaults: dict[str, Any] = {
        "user_id": owner.id if owner else None,
        "name": "#customer-news",
        "kind": ChatKind.SLACK,
        "address": "sealed",
        "hint": "…abcd",
    }
    return save(ChatChannel(business_id=of.id, **{**defaults, **values}))
