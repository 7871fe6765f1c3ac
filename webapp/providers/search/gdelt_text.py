"""Mends what GDELT does to titles and to its JSON."""

import re

_LONGEST_TITLE = 1_000
_CURRENCIES = "$€£¥"
_TLDS = "com|net|org|io|ai|co"
_MENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\d) ([.,]) (?=\d{3}\b)"), r"\1"),  # 1 , 000
    (re.compile(r"(?<=\d) \. (?=\d)"), "."),  # 2 . 9
    (re.compile(rf"(?<=[{_CURRENCIES}]) (?=\d)"), ""),
    (re.compile(r"(?<=\d) (?=%)"), ""),
    (re.compile(rf"(?<=\w) \. (?=(?:{_TLDS})\b)", re.IGNORECASE), "."),  # Quillstone . io
    (re.compile(r"(?<=\w) ['\u2019] ?(?=(?:s|t|re|ve|ll|d|m)\b)", re.IGNORECASE), "'"),
    (re.compile(r"\b([A-Z]{1,2}) & ([A-Z]{1,2})\b"), r"\1&\2"),  # R & D
    (re.compile(r"([(\[]) "), r"\1"),
    (re.compile(r" (?=[)\]])"), ""),
    (re.compile(r" (?=[,;:.!?](?:\s|$))"), ""),
)
_INITIALS = re.compile(r"(?<!\w)[A-Z](?: \. [A-Z])+ \.|(?<!\w)(?:[A-Z] \. )+(?=[A-Z][a-z])")
_ESCAPE = re.compile(rb'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(.?))', re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x1f]+")


def mended_title(title: str) -> str:
    """Return a title without the spaces that GDELT puts around its punctuation.

    A hyphen stays as it is: "AI - Chipmaker" can be one word or two parts of a title.
    """
    text = _INITIALS.sub(_joined, " ".join(title[:_LONGEST_TITLE].split()))
    for pattern, replacement in _MENDS:
        text = pattern.sub(replacement, text)
    return text


def mended_json(body: bytes) -> bytes:
    """Return JSON whose impossible escapes, control characters and broken text are mended."""
    text = body.decode("utf-8-sig", errors="replace").encode()
    return _ESCAPE.sub(_escape, _CONTROLS.sub(b" ", text))


def _joined(match: re.Match[str]) -> str:
    initials = match[0].replace(" ", "")
    return f"{initials} " if match[0].endswith(" ") else initials


def _escape(match: re.Match[bytes]) -> bytes:
    wrong: bytes | None = match[1]
    if wrong is None:
        return match[0]
    return wrong if wrong == b"'" else rb"\\" + wrong
