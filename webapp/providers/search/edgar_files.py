"""Reads the SEC's file of a company's filings, also one that is too big to be taken apart whole.

A bank files ten thousand times a year, and its file has several million bytes. As values, such a
file would take ten times that in memory; so of a big one only the newest filings are read.
"""

import json
import re
from typing import Any

from webapp.errors import ProviderResponseError
from webapp.providers.http import HttpAnswer

MAX_FILE_BYTES = 12_000_000
"""More than any company's; a bigger answer is refused."""
WHOLE_BYTES = 2_000_000
"""Up to this size a file is read as a whole."""
NEWEST = 3_000
"""Filings that are read of a bigger file; among the last so many, most are no news."""

_HEAD_BYTES = 100_000
_COLUMNS = (
    *("accessionNumber", "filingDate", "reportDate", "acceptanceDateTime"),
    *("form", "items", "primaryDocument", "primaryDocDescription"),
)
_RECENT = re.compile(rb'"recent"\s*:\s*\{')
_NAME = re.compile(rb'"name"\s*:\s*("(?:[^"\\]|\\.){0,400}")')
_VALUE = re.compile(rb'\s*("(?:[^"\\]|\\.){0,400}"|null|-?\d{1,20})\s*([,\]])')


def filings_of(answer: HttpAnswer) -> Any:  # noqa: ANN401 -- any JSON
    """Return the file as JSON; of a big one its name and the newest filings alone.

    Raises ProviderResponseError for what is neither.
    """
    if len(answer.body) <= WHOLE_BYTES:
        return answer.json()
    recent = _RECENT.search(answer.body)
    if recent is None:
        raise ProviderResponseError(f"{answer.service} sent a big file that is not its own.")
    named = _NAME.search(answer.body, 0, min(recent.start(), _HEAD_BYTES))
    columns = {key: _first_of(answer.body, key, recent.end()) for key in _COLUMNS}
    shortest = min((len(column) for column in columns.values() if column), default=0)
    return {
        "name": _read(named[1]) if named else "",
        "filings": {"recent": {key: each[:shortest] for key, each in columns.items() if each}},
    }


def _first_of(body: bytes, key: str, start: int) -> list[Any]:
    """Return the first values of one of the file's parallel arrays; none where it has none."""
    head = re.compile(rb'"%s"\s*:\s*\[' % key.encode()).search(body, start)
    found: list[Any] = []
    at = head.end() if head else len(body)
    while len(found) < NEWEST and (value := _VALUE.match(body, at)):
        found.append(_read(value[1]))
        at = value.end()
        if value[2] == b"]":
            break
    return found


def _read(text: bytes) -> Any:  # noqa: ANN401 -- any JSON value
    try:
        return json.loads(text)
    except ValueError:
        return None
