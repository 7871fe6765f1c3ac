"""Which key each outside service is asked with, told apart without showing any."""

import hashlib
from collections.abc import Mapping

from webapp.config import Settings
from webapp.enums import AIName, CRMName, SourceName

KEYLESS = "keyless"
_LENGTH = 12


def fingerprint(*secrets: str) -> str:
    """Return twelve characters that change with the key and do not give it away."""
    if not any(secrets):
        return KEYLESS
    return hashlib.sha256("\0".join(secrets).encode()).hexdigest()[:_LENGTH]


def key_fingerprints(settings: Settings) -> Mapping[str, str]:
    """Return the fingerprint of each service's configured key; one without a key is keyless."""
    return {
        SourceName.SERPER: fingerprint(settings.serper_api_key.get_secret_value()),
        SourceName.NEWS_API: fingerprint(settings.news_api_key.get_secret_value()),
        SourceName.GOOGLE_SEARCH: fingerprint(
            settings.google_search_api_key.get_secret_value(), settings.google_search_engine_id
        ),
        SourceName.EDGAR: fingerprint(settings.edgar_contact),
        SourceName.GDELT: KEYLESS,
        CRMName.SALESFORCE: fingerprint(
            settings.salesforce_client_id,
            settings.salesforce_client_secret.get_secret_value(),
            settings.salesforce_refresh_token.get_secret_value(),
            settings.salesforce_username,
            settings.salesforce_password.get_secret_value(),
        ),
        CRMName.HUBSPOT: fingerprint(settings.hubspot_api_key.get_secret_value()),
        AIName.OPENAI: fingerprint(settings.openai_api_key.get_secret_value()),
        AIName.ANTHROPIC: fingerprint(settings.anthropic_api_key.get_secret_value()),
    }
