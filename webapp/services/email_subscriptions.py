"""Ends mails for somebody who is not signed in but holds one of them."""

from dataclasses import dataclass

from sqlalchemy import select, update

from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import EmailLog, User, UserPreference
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.services.email_links import EmailLinks
from webapp.services.email_outbox import mail_is_on
from webapp.services.transactions import atomic, snapshot


@dataclass(frozen=True)
class Subscription:
    """Whose mails a link is about; the address is shown with its middle hidden."""

    masked_email: str
    is_on: bool


def read_subscription(links: EmailLinks, token: str) -> Subscription:
    """Return what an unsubscribe link is about. Raises NotFoundError for one that is not ours."""
    with snapshot():
        user = _user(links, token)
        return Subscription(_masked(user.email), mail_is_on(user))


def end_subscription(links: EmailLinks, token: str) -> Subscription:
    """Switch the e-mail of a link's user off; doing it twice changes nothing more.

    Raises NotFoundError for a link that is not ours.
    """
    with atomic() as session:
        user = _user(links, token)
        row = {"id": new_uuid(), "user_id": user.id, "business_id": user.business_id}
        insert_or_ignore(UserPreference, [row], conflict=("user_id", "business_id"))
        session.execute(
            update(UserPreference)
            .where(
                UserPreference.user_id == user.id, UserPreference.business_id == user.business_id
            )
            .values(email_notifications_enabled=False)
        )
        return Subscription(_masked(user.email), is_on=False)


def _user(links: EmailLinks, token: str) -> User:
    log_id = links.read_token(token)
    owner = select(User).join(EmailLog, EmailLog.user_id == User.id)
    user = db.session.scalar(owner.where(EmailLog.id == log_id)) if log_id else None
    if user is None:
        raise NotFoundError("This link is not valid. Change your mails under Preferences instead.")
    return user


def _masked(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
