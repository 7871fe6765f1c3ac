"""Alerts to the admins of a business, in the app and by mail, each written once."""

import threading
import uuid
from functools import partial

from sqlalchemy import select

from webapp.enums import Role, Severity
from webapp.models import User
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.transactions import after_commit, atomic


class AdminAlerts:
    """Writes alerts; joins the caller's transaction where there is one."""

    def __init__(self, *, notifications: NotificationService, email: EmailService) -> None:
        self._notifications = notifications
        self._email = email
        self._lock = threading.Lock()
        self._told: set[tuple[uuid.UUID, str]] = set()

    def tell(
        self,
        business_id: uuid.UUID,
        *,
        key: str,
        title: str,
        body: str,
        link: str,
        severity: Severity = Severity.HIGH,
    ) -> None:
        """Tell every admin, unless an alert with this key was written before."""
        with self._lock:
            if (business_id, key) in self._told:
                return  # saves the queries; the tables would refuse it as well
        with atomic() as session:
            after_commit(partial(self._remember, business_id, key))
            admins = list(
                session.scalars(
                    select(User.id).where(
                        User.business_id == business_id, User.is_active, User.role == Role.ADMIN
                    )
                )
            )
            self._notifications.alert(
                business_id=business_id,
                user_ids=admins,
                title=title,
                body=body,
                link=link,
                dedupe_key=key,
                severity=severity,
            )
            self._email.queue_alert(
                business_id=business_id,
                user_ids=admins,
                subject=title,
                body=body,
                link=link,
                dedupe_key=key,
            )

    def _remember(self, business_id: uuid.UUID, key: str) -> None:
        with self._lock:
            self._told.add((business_id, key))
