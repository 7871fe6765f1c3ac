"""What no door lets in: text that a database cannot hold, numbers that are none, deep nests."""

from typing import Any

MAX_DEPTH = 32
_NUL = "\x00"


def is_storable(text: str) -> bool:
    """Tell whether every database can hold the text: no NUL, no half of a surrogate pair."""
    if _NUL in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def flaw_in(value: Any, *, depth: int = MAX_DEPTH) -> str | None:  # noqa: ANN401 -- any JSON
    """Say what is wrong with a parsed JSON value, or None."""
    if isinstance(value, str):
        return None if is_storable(value) else "text holds a character that cannot be stored"
    if not isinstance(value, (dict, list)):
        return None
    if depth == 0:
        return f"is nested deeper than {MAX_DEPTH} levels"
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    flaws = (flaw_in(part, depth=depth - 1) for part in parts)
    return next((flaw for flaw in flaws if flaw), None)
