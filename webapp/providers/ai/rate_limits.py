"""How long a vendor asks to wait: Retry-After, its own words, or when its counters reset."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from webapp import clock
from webapp.providers.http_answers import MAX_RETRY_AFTER_SECONDS, parse_retry_after

_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?)"
_SPAN = re.compile(
    rf"(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m(?!s))?(?:{_NUMBER}s)?(?:{_NUMBER}ms)?"
)
_TRY_AGAIN = re.compile(r"try again in ((?:[\d.]{1,18}(?:ms|[smhd])){1,5})", re.IGNORECASE)
_SCALES = (86_400, 3_600, 60, 1, 0.001)
_COUNTERS = (
    *("x-ratelimit-{}-requests", "x-ratelimit-{}-tokens"),
    *("anthropic-ratelimit-requests-{}", "anthropic-ratelimit-tokens-{}"),
    *("anthropic-ratelimit-input-tokens-{}", "anthropic-ratelimit-output-tokens-{}"),
)
"""Each with `remaining` and `reset` in its place."""


def wait_of(headers: Mapping[str, str], message: str = "") -> float | None:
    """Return the seconds to wait, at most ten minutes; None where nothing says so.

    Retry-After counts first, then "try again in 644ms", then the counters that are used up: the
    one that resets last. Where no counter is at zero, the request was too large for what is left
    of one of them, so all count.
    """
    said = _seconds_of(f"{headers.get('retry-after-ms', '')}ms")
    if said is None:
        said = parse_retry_after(headers.get("retry-after"))
    if said is None:
        said = _named(message)
    if said is None:
        resets = list(_resets(headers))
        used_up = [seconds for seconds, is_used_up in resets if is_used_up]
        said = max(used_up or [seconds for seconds, _ in resets], default=None)
    return None if said is None else min(said, MAX_RETRY_AFTER_SECONDS)


def _named(message: str) -> float | None:
    match = _TRY_AGAIN.search(message)
    return _seconds_of(match[1]) if match else None


def _resets(headers: Mapping[str, str]) -> Iterator[tuple[float, bool]]:
    """Yield for each counter when it resets, in seconds, and whether it is used up."""
    for counter in _COUNTERS:
        value = headers.get(counter.format("reset"))
        seconds = _seconds_of(value) if value else None
        if seconds is None and value:
            seconds = _seconds_until(value)
        if seconds is not None:
            yield seconds, headers.get(counter.format("remaining"), "").strip() == "0"


def _seconds_of(span: str) -> float | None:
    """Read a span of time such as `6m0s`, `1.5s` or `17ms`."""
    match = _SPAN.fullmatch(span.strip().lower())
    if match is None or not any(match.groups()):
        return None
    parts = zip(match.groups(), _SCALES, strict=True)
    return sum(float(part) * scale for part, scale in parts if part)


def _seconds_until(moment: str) -> float | None:
    """Read a time such as `2026-11-28T12:00:30Z`."""
    try:
        when = datetime.fromisoformat(moment.strip())
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((aware - clock.now()).total_seconds(), 0.0)
