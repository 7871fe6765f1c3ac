"""Says in plain words why a mail did not arrive, and what to do about it."""

import re

_UNKNOWN = "The mail server gave no reason."
_OURS = ("Not sent:", "The mail could not be written")
_RULES: tuple[tuple[str, str], ...] = (
    (
        r"\b5\.1\.\d+\b|user unknown|no such user|does not exist",
        "The address does not exist. Correct it; nothing more is sent there until then.",
    ),
    (
        r"\b[45]\.2\.2\b|\b[45]52\b|mailbox (is )?full|over quota",
        "The mailbox is full. Ask its owner to make room, then resend.",
    ),
    (
        r"\b53[0-9]\b|\b5\.7\.8\b|authenticat|credentials|sign-in",
        "The mail server refused our sign-in. Check SMTP_USERNAME and SMTP_PASSWORD.",
    ),
    (
        r"\b5\.7\.\d+\b|\b554\b|spam|policy|dmarc|\bspf\b|dkim",
        "The receiving server refused the mail as unwanted. Check the sender's SPF and DKIM.",
    ),
    (
        r"certificate|\btls\b|\bssl\b",
        "No safe connection to the mail server could be made. Check SMTP_PORT and its certificate.",
    ),
    (
        r"time.?out|timed out|time limit|not answer|connect|unreachable|resolve|dropped|closed",
        "The mail server did not answer. Check SMTP_HOST and SMTP_PORT, and that it is up.",
    ),
    (
        r"\b4\d\d\b|\b4\.\d\.\d+\b|greylist|try again",
        "The receiving server asked to try later.",
    ),
    (
        r"\b55[0-9]\b|\b5\.\d\.\d+\b",
        "The receiving server refused the address. Check that it is right.",
    ),
)


def plain_words(message: str | None) -> str:
    """Return a sentence fit for a page; what no rule knows is told as the server said it."""
    if not message:
        return _UNKNOWN
    if message.startswith(_OURS):
        return message
    found = next((text for rule, text in _RULES if re.search(rule, message, re.IGNORECASE)), None)
    return found or message
