"""Canonical addresses, against what the tests of two libraries expect.

The libraries disagree on fragments, schemes and slashes, and we keep one spelling of our own.
A vector is right when the address and the library's answer get the same canonical form, and
no answer that is really another address gets it too.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.quality.metric import Metric, vectors
from webapp.services.canonical import canonical_url

FUNCTIONS = ("normalize_url", "scrub_url", "clean_url", "canonicalize_url")
"""Functions of the libraries that bring an address into one form."""
SEEN = "All were seen while the rules were written; other functions and options are left out"
OPTIONS = frozenset({("strict", False), ("keep_fragments", True)})
"""Options of the libraries that make no difference to us; with any other we have no such answer."""


def measure(data: Path) -> list[Metric]:
    """Return the share of vectors that are right, beside that of lower case and no fragment."""
    folder = data / "url_vectors"
    given = [case for name in ("courlan.json", "w3lib.json") for case in vectors(folder / name)]
    cases = [(str(case["args"][0]), str(case["expected"])) for case in given if _is_ours(case)]
    size = len(given)
    wrong = [url for url, wanted in cases if not _is_right(url, wanted, cases)]
    plain = sum(_plain(url) == _plain(wanted) for url, wanted in cases)
    return [
        Metric(
            "url_vectors_share",
            1 - len(wrong) / len(cases),
            len(cases),
            plain / len(cases),
            1.0,
            f"{len(cases)} of {size} vectors: those that bring a web address into one form",
            f"Wrong: {', '.join(f'`{url}`' for url in wrong)}" if wrong else SEEN,
        )
    ]


def _is_ours(case: dict[str, Any]) -> bool:
    """Web addresses as text; other schemes, bytes and other options never reach us."""
    given, options = case["args"][0], case["kwargs"]
    return (
        case["fn"] in FUNCTIONS
        and isinstance(given, str)
        and isinstance(case["expected"], str)
        and len(case["args"]) == 1
        and re.match(r"\W*(?:<!\[CDATA\[)?https?://", given, re.IGNORECASE) is not None
        and set(options.items()) <= OPTIONS
    )


def _is_right(url: str, wanted: str, cases: list[tuple[str, str]]) -> bool:
    ours = canonical_url(url)
    if ours != canonical_url(wanted):
        return False
    mine = _plain(wanted)
    return all(_plain(other) == mine or canonical_url(other) != ours for _, other in cases)


def _plain(url: str) -> str:
    """Lower the host, drop fragment and trailing slash: what everybody would do first."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.")
    query = "&".join(sorted(part for part in parts.query.split("&") if part))
    return f"{host}|{parts.port}|{re.sub('/+', '/', parts.path).rstrip('/')}|{query}"
