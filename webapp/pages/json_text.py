"""JSON as pages show it."""

import json

MOST_SHOWN = 200_000
"""Characters beyond these are in the download alone."""


def pretty(text: str, most: int = MOST_SHOWN) -> tuple[str, bool]:
    """Return a JSON text with a line for each entry, and whether it was cut off.

    What is no JSON, or nested too deeply to be read, stays as it is.
    """
    try:
        shown = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        shown = text
    # Half of a surrogate pair is valid in JSON and cannot be sent as text
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown[:most], len(shown) > most
