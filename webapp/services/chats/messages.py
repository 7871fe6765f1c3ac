"""What is posted into a chat about an event: plain text in which no markup of others survives."""

import re

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import ChatMessage, Event, Insight
from webapp.services.email_event_content import subject_words
from webapp.services.email_rendering import render_subject
from webapp.services.email_text import one_line
from webapp.services.update_words import told_summary

MAX_TITLE = 250
MAX_SUMMARY = 400
MAX_WHY = 300
_INVISIBLE_BREAK = "\u2060"
_LINK = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}):(//)")
_TEST = (
    "This is a test from Beacon. Events that fit will be posted here, each with why it was told "
    "and a link to all its sources."
)


def tame(text: str, most: int) -> str:
    """Return text of others as a chat may show it: it mentions nobody and links nowhere.

    Chats make mentions of @ and <...>, and links of addresses and of [text](address).
    """
    line = one_line(text, most)
    line = line.replace("<", "\u2039").replace(">", "\u203a").replace("](", "] (")
    line = line.replace("@", f"@{_INVISIBLE_BREAK}")
    return _LINK.sub(rf"\1:{_INVISIBLE_BREAK}\2", line)


def title_of(event: Event) -> str:
    """Return the headline of a message, the same as a mail's subject."""
    return tame(render_subject("event", **subject_words(event)), MAX_TITLE)


def event_body(event: Event, message: ChatMessage, *, base_url: str) -> str:
    """Return the text below the headline: what, why it matters, why it is told, and the link."""
    insight = db.session.scalar(select(Insight).where(Insight.event_id == event.id))
    facts = [f"Relevance {event.relevance_score * 100:.0f} of 100", f"{event.severity} severity"]
    if event.publisher:
        facts.append(event.publisher)
    lines = [
        tame(told_summary(event), MAX_SUMMARY),
        f"Why it matters: {tame(insight.why_it_matters, MAX_WHY)}" if insight else "",
        tame(" · ".join(facts), MAX_SUMMARY),
        f"Why this was posted: {tame(message.reason, MAX_WHY)}" if message.reason else "",
        f"{base_url}/events/{event.id}",
    ]
    return "\n\n".join(line for line in lines if line)


def test_body(base_url: str) -> str:
    """Return what a test says."""
    return f"{_TEST}\n\n{base_url}"
