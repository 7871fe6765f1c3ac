"""A process of its own that searches where it is told and says what that took.

`python -m tests.providers.search.hostile_run SOURCE SECONDS FEEDS` reads an address a line and
answers each with a line of JSON.
"""

import ctypes
import gc
import json
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.providers.search.cases import MAKERS, target
from webapp.errors import ProviderError
from webapp.providers.http import HttpClient
from webapp.providers.search.feed_body import parse_feed

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")
_FEED = b"<rss version='2.0'><channel><item><title>a</title></item></channel></rss>"


def memory(line: str) -> float:
    """Megabytes of this process: VmRSS is what it has now, VmHWM the most since the reset."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    told = dict(entry.split(":", 1) for entry in _STATUS.read_text().splitlines())
    return int(told[line].split()[0]) / 1_000


def settled() -> float:
    """Give free memory back, so that none of it can hide what a search takes; tell what is left."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc has it, others need it less
        ctypes.CDLL(None).malloc_trim(0)
    if _RESET.exists():
        _RESET.write_text("5")
    return memory("VmRSS")


def measured(provider: Any, wanted: Any) -> dict[str, Any]:
    """Search once; tell the outcome, the seconds and the megabytes that it took at most."""
    base = settled()
    started = time.monotonic()
    try:
        outcome: dict[str, Any] = {"results": len(provider.search(wanted))}
    except ProviderError as error:
        outcome = {"error": type(error).__name__, "message": str(error)}
    except Exception as error:  # noqa: BLE001 -- it is what must not happen, and is told
        outcome = {"unforeseen": repr(error)}
    seconds = time.monotonic() - started
    return {**outcome, "seconds": seconds, "megabytes": memory("VmHWM") - base}


def main(name: str, seconds: str, feeds: str) -> None:
    """Serve measurements until the input ends."""
    http = HttpClient(timeout_seconds=float(seconds))
    parse_feed(_FEED, {}, service="x", url="")  # what is loaded once is nobody's cost
    MAKERS[name](http, "http://127.0.0.1:9").is_configured_for(target("http://127.0.0.1:9"))
    for line in sys.stdin:
        url = line.strip()
        urls = tuple(f"{url}/feed{number}" for number in range(int(feeds)))
        provider = MAKERS[name](http, url)
        told = json.dumps(measured(provider, target(url, feed_urls=urls)))
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
