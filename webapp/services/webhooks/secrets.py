"""The signing secrets of webhooks: sealed in the database, two in force while one is changed."""

from datetime import datetime

from webapp import clock
from webapp.models import Webhook
from webapp.providers.webhooks.signing import new_signing_secret
from webapp.services.secret_box import SecretBox

COLUMN = "webhooks.secret"


class WebhookSecrets:
    """Makes, changes and opens secrets."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def give(self, webhook: Webhook) -> str:
        """Give a webhook a new secret and return it; nothing else signs from now on."""
        return self.change(webhook, old_until=None)

    def change(self, webhook: Webhook, *, old_until: datetime | None) -> str:
        """Give a webhook a new secret and return it; the old one signs too until then."""
        secret = new_signing_secret()
        webhook.previous_secret = webhook.secret if old_until is not None else None
        webhook.previous_secret_until = old_until
        webhook.secret = self._box.seal(secret, business_id=webhook.business_id, column=COLUMN)
        return secret

    def in_force(self, webhook: Webhook) -> list[str]:
        """Return the secrets that sign now, the newest first. Raises SealedSecretError."""
        sealed = [webhook.secret]
        until = webhook.previous_secret_until
        if webhook.previous_secret is not None and until is not None and until > clock.now():
            sealed.append(webhook.previous_secret)
        return [
            self._box.open(each, business_id=webhook.business_id, column=COLUMN) for each in sealed
        ]
