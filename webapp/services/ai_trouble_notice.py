"""Telling admins that a model's key was refused or its account is empty: once a day each."""

import uuid
from collections.abc import Iterable

from webapp import clock
from webapp.enums import AIName
from webapp.errors import ProviderAuthError, ProviderError, ProviderQuotaError
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.provider_names import label_of
from webapp.services.source_gate import NOT_ASKED

_BODY = (
    "{why} Until then the other model answers, or fixed rules do; events made that way say so. "
    "Beacon asks {label} once an hour by itself; “Try again” on the Status page asks sooner."
)


class AiTroubleNotice:
    """Writes the alerts about what only a person can mend."""

    def __init__(self, alerts: AdminAlerts) -> None:
        self._alerts = alerts

    def tell(
        self, business_id: uuid.UUID, failures: Iterable[tuple[AIName, ProviderError]]
    ) -> None:
        """Tell the admins of a business in whose run it happened."""
        for name, error in failures:
            needs_person = isinstance(error, ProviderAuthError | ProviderQuotaError)
            if not needs_person or isinstance(error, NOT_ASKED):
                continue
            self._alerts.tell(
                business_id,
                key=f"ai-trouble:{name}:{type(error).__name__}:{clock.now():%F}",
                title=f"{label_of(name)} is not asked any more",
                body=_BODY.format(why=error, label=label_of(name)),
                link="/status",
            )
