"""What mail providers report by themselves: signed, taken in once."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import delete

from webapp import clock
from webapp.config import Settings
from webapp.enums import BounceKind, BounceSource
from webapp.errors import BadRequestError, NotFoundError, NotSignedInError
from webapp.extensions import db
from webapp.models import ReceivedWebhook
from webapp.models.base import insert_or_ignore
from webapp.providers.mail import sendgrid_events
from webapp.providers.mail.dsn import BounceReport, classify, report_key
from webapp.providers.webhooks.signing import TIME_HEADER, SignatureRefusedError, verify
from webapp.schemas.email_bounces import MailEvent, MailEventInput
from webapp.services.email_bounces import BounceImport, EmailBounceService
from webapp.services.transactions import atomic

KEPT = timedelta(days=1)
"""How long an id is known; what is older is refused by its time stamp."""


class BounceWebhookService:
    """Two doors: one signed as in Standard Webhooks, and SendGrid's own.

    What is not signed by who knows the secret, not now, or was taken in before, is refused.
    """

    def __init__(self, *, bounces: EmailBounceService, settings: Settings) -> None:
        self._bounces = bounces
        self._secrets = settings.mail_webhook_secrets.get_secret_value().split()
        self._sendgrid_key = settings.sendgrid_webhook_public_key

    def take_signed(self, body: bytes, headers: Mapping[str, str]) -> BounceImport:
        """Take in a message signed as in Standard Webhooks, of type mail.bounced or mail.delayed.

        A message that the provider sends once more, signed anew, changes nothing. Header names
        are lower case. Raises
        NotFoundError where no secret is set, NotSignedInError, BadRequestError.
        """
        if not self._secrets:
            raise NotFoundError("No MAIL_WEBHOOK_SECRETS are set, so nothing is taken in here.")
        try:
            message_id = verify(body, headers, signing_secrets=self._secrets)
        except SignatureRefusedError as error:
            raise NotSignedInError(str(error)) from None
        stamp = headers.get(TIME_HEADER, "")
        key = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
        return self._once(key, stamp, _generic_reports(body, key), BounceSource.WEBHOOK)

    def take_sendgrid(self, body: bytes, headers: Mapping[str, str]) -> BounceImport:
        """Take in a list of events that SendGrid signed; raises as `take_signed` does."""
        if not self._sendgrid_key:
            raise NotFoundError("No SENDGRID_WEBHOOK_PUBLIC_KEY is set; nothing is taken in here.")
        if not sendgrid_events.is_signed(body, headers, public_key=self._sendgrid_key):
            raise NotSignedInError("The signature does not fit the key and the body, or is old.")
        try:
            reports = sendgrid_events.read_events(body)
        except ValueError:
            raise BadRequestError("Send a JSON list of events.") from None
        stamp = headers.get(sendgrid_events.TIME_HEADER, "")
        key = hashlib.sha256(stamp.encode() + body).hexdigest()
        return self._once(key, stamp, reports, BounceSource.SENDGRID)

    def _once(
        self, key: str, stamp: str, reports: Sequence[BounceReport], source: BounceSource
    ) -> BounceImport:
        """Take reports in together with the note that they were: both are kept, or neither."""
        counts = BounceImport()
        with atomic() as session:
            session.execute(
                delete(ReceivedWebhook).where(ReceivedWebhook.created_at < clock.now() - KEPT)
            )
            row = {"key": key, "stamp": stamp, "created_at": clock.now()}
            if not insert_or_ignore(ReceivedWebhook, [row], conflict=["key"]):
                _refuse_replay(key, stamp)
                counts.known = len(reports)
                return counts
            for report in reports:
                self._bounces.take(report, source=source, business_id=None, counts=counts)
        return counts


def _refuse_replay(key: str, stamp: str) -> None:
    """Refuse the very same message; a provider that tries again gives it a new time stamp."""
    known = db.session.get(ReceivedWebhook, key)
    if known is not None and known.stamp == stamp:
        raise NotSignedInError("This very message was taken in before.")


def _generic_reports(body: bytes, key: str) -> list[BounceReport]:
    try:
        event = MailEventInput.model_validate_json(body)
    except ValidationError:
        raise BadRequestError(
            "Send JSON with a type and data, which names message_id and recipient."
        ) from None
    if event.type not in set(MailEvent):
        return []
    data = event.data
    action = "delayed" if event.type == MailEvent.DELAYED else "failed"
    diagnostic = data.diagnostic.replace("\x00", "")[:400]
    bare = data.message_id.strip().strip("<>")
    return [
        BounceReport(
            message_ids=(f"<{bare}>",),
            recipients=(data.recipient,),
            kind=classify(action, data.status, diagnostic) or BounceKind.SOFT,
            status=data.status[:12],
            diagnostic=diagnostic,
            key=report_key("webhook", key),
        )
    ]
