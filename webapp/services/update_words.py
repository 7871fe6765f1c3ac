"""How an event is named to people where only one line is to be had: an update says so."""

from typing import Any

from sqlalchemy import Row

from webapp.models import Event


def told_title(event: Event) -> str:
    """Return the title; one that continues a story begins with "Update:"."""
    return f"Update: {event.title}" if event.change_note else event.title


def told_summary(event: Event | Row[Any]) -> str:
    """Return the summary, after what is new where the event continues a story."""
    return " ".join(each for each in (event.change_note, event.summary) if each)
