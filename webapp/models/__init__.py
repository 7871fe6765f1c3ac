"""Every table. One table or one tight group a file."""

from webapp.models import row_security, tenant_criteria
from webapp.models.ai_account import AiMonth, AiReservation
from webapp.models.audit_entry import AuditEntry, Erasure
from webapp.models.business import Business
from webapp.models.calibration import Calibration, CalibrationSwitch
from webapp.models.chat import ChatChannel, ChatMessage
from webapp.models.client import Client, ClientExclusion, ClientMember
from webapp.models.crm import CrmAccount, CrmMatch, CrmSnapshot, CrmStanding
from webapp.models.email_log import (
    EmailBounce,
    EmailHit,
    EmailLog,
    ReceivedWebhook,
    SuppressedAddress,
)
from webapp.models.event import Event, EventFeedback, EventUserState, Insight, Story
from webapp.models.event_revision import EventRevision
from webapp.models.event_tally import EventTally
from webapp.models.idempotency import IdempotencyKey
from webapp.models.job_run import JobRun, JobRunClient, JobRunShard, SourceCheck
from webapp.models.mute import Mute
from webapp.models.notification import DigestIssue, Notification, NotificationDecision
from webapp.models.operation import AiCall, ProcessHeartbeat, ProviderHealth, QuotaUse
from webapp.models.preference import UserPreference
from webapp.models.raw_data import EventRawData, RawDataSighting
from webapp.models.reprocess_trial import ReprocessTrial, ReprocessTrialItem
from webapp.models.schedule import AutomationSchedule
from webapp.models.stand_in import StandIn
from webapp.models.user import ApiToken, SignInAttempt, User, UserSession
from webapp.models.webhook import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "AiCall",
    "AiMonth",
    "AiReservation",
    "ApiToken",
    "AuditEntry",
    "AutomationSchedule",
    "Business",
    "Calibration",
    "CalibrationSwitch",
    "ChatChannel",
    "ChatMessage",
    "Client",
    "ClientExclusion",
    "ClientMember",
    "CrmAccount",
    "CrmMatch",
    "CrmSnapshot",
    "CrmStanding",
    "DigestIssue",
    "EmailBounce",
    "EmailHit",
    "EmailLog",
    "Erasure",
    "Event",
    "EventFeedback",
    "EventRawData",
    "EventRevision",
    "EventTally",
    "EventUserState",
    "IdempotencyKey",
    "Insight",
    "JobRun",
    "JobRunClient",
    "JobRunShard",
    "Mute",
    "Notification",
    "NotificationDecision",
    "ProcessHeartbeat",
    "ProviderHealth",
    "QuotaUse",
    "RawDataSighting",
    "ReceivedWebhook",
    "ReprocessTrial",
    "ReprocessTrialItem",
    "SignInAttempt",
    "SourceCheck",
    "StandIn",
    "Story",
    "SuppressedAddress",
    "User",
    "UserPreference",
    "UserSession",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "row_security",
    "tenant_criteria",
]
