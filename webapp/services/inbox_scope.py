"""Which items of an inbox are shown: none that speaks of an event which was hidden."""

from sqlalchemy import ColumnElement, exists

from webapp.models import Event, Notification


def speaks_of_nothing_hidden() -> ColumnElement[bool]:
    """Items about no event, or about one that nobody hid as another company's."""
    hidden = exists().where(Event.id == Notification.event_id, Event.hidden_at.is_not(None))
    return ~hidden
