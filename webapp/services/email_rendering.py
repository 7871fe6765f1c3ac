"""Turns mail templates into subject, text part and HTML part."""

from dataclasses import dataclass
from typing import Any

from flask import current_app

from webapp.services.email_text import one_line

PREVIEW_LENGTH = 500


@dataclass(frozen=True)
class MailFrame:
    """What surrounds every mail: whose it is, why it came, and how to end or change it."""

    organisation: str
    why: str
    preferences_url: str
    unsubscribe_url: str | None


@dataclass(frozen=True)
class RenderedMail:
    """A mail in its two forms; `subject` is one printable line."""

    subject: str
    text: str
    html: str

    @property
    def preview(self) -> str:
        """The first 500 characters of the text part."""
        return self.text[:PREVIEW_LENGTH]


def render_subject(name: str, **words: Any) -> str:  # noqa: ANN401 -- any value of a template
    """Render `email/<name>/subject.txt` to one line."""
    return one_line(_render(f"email/{name}/subject.txt", words))


def render_text(name: str, **words: Any) -> str:  # noqa: ANN401 -- any value of a template
    """Render `email/<name>/body.txt`, the text part with its own wording."""
    return _render(f"email/{name}/body.txt", words).strip() + "\n"


def render_html(name: str, **words: Any) -> str:  # noqa: ANN401 -- any value of a template
    """Render `email/<name>/body.html`; everything put in is escaped."""
    return _render(f"email/{name}/body.html", words)


def _render(template: str, words: dict[str, Any]) -> str:
    """Render without Flask's context processors, which may ask for a request."""
    return current_app.jinja_env.get_template(template).render(words)
