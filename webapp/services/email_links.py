"""The addresses that mails link to, and the signed token of the unsubscribe link."""

import uuid

from itsdangerous import BadSignature, URLSafeSerializer

from webapp.config import Settings


class EmailLinks:
    """Absolute links into Beacon, all below `PUBLIC_URL`."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url
        self._signer = URLSafeSerializer(
            settings.secret_key.get_secret_value(), salt="beacon-unsubscribe"
        )

    def absolute(self, path: str) -> str:
        """Return the whole address of one of our paths; anything else leads to the start page."""
        if path.startswith(self._base + "/"):
            return path
        is_path = path.startswith("/") and not path.startswith("//")
        return self._base + (path if is_path else "/")

    def event(self, event_id: uuid.UUID) -> str:
        """Return the page of one event."""
        return f"{self._base}/events/{event_id}"

    @property
    def events(self) -> str:
        """The list of events."""
        return f"{self._base}/events"

    @property
    def preferences(self) -> str:
        """The page where a user says what they want by mail."""
        return f"{self._base}/preferences#email"

    def unsubscribe(self, log_id: uuid.UUID) -> str:
        """Return the link that ends these mails; it names the mail, not the person."""
        return f"{self._base}/u/{self._signer.dumps(log_id.hex)}"

    def read_token(self, token: str) -> uuid.UUID | None:
        """Return the mail that an unsubscribe token was made for; None if it is not ours."""
        try:
            return uuid.UUID(hex=self._signer.loads(token))
        except (BadSignature, ValueError, AttributeError, TypeError):
            return None
