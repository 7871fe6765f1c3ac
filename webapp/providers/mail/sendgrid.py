"""SendGrid through its SMTP relay."""

from webapp.enums import MailProviderName
from webapp.providers.mail.smtp import SmtpProvider

RELAY_HOST = "smtp.sendgrid.net"
RELAY_USERNAME = "apikey"
"""The relay's user name for everybody; the API key is the password."""


def sendgrid_relay(*, api_key: str, host: str = "", port: int = 587) -> SmtpProvider:
    """Return the SMTP provider that hands mails to SendGrid; `host` overrules the relay's."""
    return SmtpProvider(
        host=host or RELAY_HOST,
        port=port,
        username=RELAY_USERNAME,
        password=api_key,
        name=MailProviderName.SENDGRID,
    )
