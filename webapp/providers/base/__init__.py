"""What every provider family takes and returns: Protocols and frozen border types."""

from webapp.providers.base.ai import (
    AIProvider,
    Classification,
    ClassifyAnswer,
    ClassifyItem,
    ClassifyRequest,
    InsightAnswer,
    InsightClaim,
    InsightRequest,
    LanguageModel,
    Usage,
)
from webapp.providers.base.chats import (
    ChatAddress,
    ChatReply,
    ChatSender,
    OutgoingChat,
    UnknownChatError,
)
from webapp.providers.base.crm import (
    CRMCase,
    CRMCheck,
    CRMContact,
    CRMFacts,
    CRMFinding,
    CRMLookup,
    CRMOpportunity,
    CRMProvider,
    CRMUsage,
)
from webapp.providers.base.mail import (
    MailDeferredError,
    MailProvider,
    MailReceipt,
    MailRefusedError,
    OutgoingMail,
)
from webapp.providers.base.search import (
    SearchProvider,
    SearchResult,
    SearchTarget,
)
from webapp.providers.base.webhooks import (
    OutgoingWebhook,
    WebhookReply,
    WebhookSender,
)

__all__ = [
    "AIProvider",
    "CRMCase",
    "CRMCheck",
    "CRMContact",
    "CRMFacts",
    "CRMFinding",
    "CRMLookup",
    "CRMOpportunity",
    "CRMProvider",
    "CRMUsage",
    "ChatAddress",
    "ChatReply",
    "ChatSender",
    "Classification",
    "ClassifyAnswer",
    "ClassifyItem",
    "ClassifyRequest",
    "InsightAnswer",
    "InsightClaim",
    "InsightRequest",
    "LanguageModel",
    "MailDeferredError",
    "MailProvider",
    "MailReceipt",
    "MailRefusedError",
    "OutgoingChat",
    "OutgoingMail",
    "OutgoingWebhook",
    "SearchProvider",
    "SearchResult",
    "SearchTarget",
    "UnknownChatError",
    "Usage",
    "WebhookReply",
    "WebhookSender",
]
