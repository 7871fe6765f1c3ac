"""No answer hangs a search, fills the memory, or comes out as anything but a ProviderError.

Each source runs in a process of its own, whose memory the system counts.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.providers.raw_server import Speak, serve_raw
from tests.providers.search.cases import MAKERS
from tests.providers.search.hostile_answers import READ, REFUSED, SLOW

LIMIT = 0.6
"""Seconds of a search here; a deployment's are 20 (SOURCE_TIMEOUT_SECONDS)."""
SLACK = 2.0
"""What a busy machine may take longer to end it."""
LONGEST = 8.0
"""Seconds to read or refuse what came in time, on a slow machine."""
MEGABYTES = 50
MOST_RESULTS = 100


class Searcher:
    """A process that searches one source and measures."""

    def __init__(self, name: str, *, seconds: float = LIMIT, feeds: int = 1) -> None:
        command = [sys.executable, "-m", "tests.providers.search.hostile_run"]
        self._process = subprocess.Popen(
            [*command, name, str(seconds), str(feeds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def against(self, speak: Speak) -> dict[str, Any]:
        """Search against a server that says this."""
        assert self._process.stdin
        assert self._process.stdout
        with serve_raw(speak) as address:
            self._process.stdin.write(f"http://{address}\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        measured: dict[str, Any] = json.loads(line)
        assert "unforeseen" not in measured, measured
        assert measured["megabytes"] < MEGABYTES
        return measured

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._process.communicate(timeout=10)
        self._process.kill()


@pytest.fixture(scope="module")
def searchers() -> Iterator[Callable[[str], Searcher]]:
    """One process for each source, started when it is first asked for."""
    made: dict[str, Searcher] = {}

    def of(source: str) -> Searcher:
        if source not in made:
            made[source] = Searcher(source)
        return made[source]

    yield of
    for searcher in made.values():
        searcher.close()


def every_source(answers: dict[str, Speak]) -> pytest.MarkDecorator:
    """Each source against each answer; those in the shape of feeds against feeds only."""
    pairs = [
        pytest.param(source, speak, id=f"{source}-{name}")
        for source in MAKERS
        for name, speak in answers.items()
        if source == "rss" or "feed" not in name
    ]
    return pytest.mark.parametrize(("source", "speak"), pairs)


@every_source(SLOW)
def test_slow_answer_is_given_up_at_the_limit(
    searchers: Callable[[str], Searcher], source: str, speak: Speak
) -> None:
    measured = searchers(source).against(speak)
    assert measured["error"] == "ProviderTimeoutError"
    assert measured["seconds"] < LIMIT + SLACK


@every_source(REFUSED)
def test_hostile_answer_is_refused_in_time_and_memory(
    searchers: Callable[[str], Searcher], source: str, speak: Speak
) -> None:
    measured = searchers(source).against(speak)
    assert measured["error"].startswith("Provider")
    assert measured["message"].endswith(".")
    assert measured["seconds"] < LONGEST


@every_source(READ)
def test_too_much_of_everything_is_read_within_bounds(
    searchers: Callable[[str], Searcher], source: str, speak: Speak
) -> None:
    measured = searchers(source).against(speak)
    assert measured.get("results", 0) <= MOST_RESULTS
    assert measured["seconds"] < LONGEST


SHARED_LIMIT = 4.0
"""Seconds of a client with twenty feeds; one after the other they would take many times that."""
FEEDS = {name: speak for name, speak in (REFUSED | READ).items() if "feed" in name}


@pytest.fixture(scope="module")
def feeder() -> Iterator[Searcher]:
    made = Searcher("rss", seconds=SHARED_LIMIT, feeds=20)
    yield made
    made.close()


@pytest.mark.parametrize("speak", FEEDS.values(), ids=FEEDS)
def test_twenty_hostile_feeds_of_a_client_share_one_limit(feeder: Searcher, speak: Speak) -> None:
    measured = feeder.against(speak)
    assert measured.get("results", 0) <= MOST_RESULTS * 20
    assert measured["seconds"] < SHARED_LIMIT + LONGEST / 2


def test_twenty_slow_feeds_of_a_client_share_one_limit(feeder: Searcher) -> None:
    measured = feeder.against(SLOW["trickle of a body"])
    assert measured["error"] == "ProviderTimeoutError"
    assert measured["seconds"] < SHARED_LIMIT + SLACK
