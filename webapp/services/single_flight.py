"""Asks something that may hang, and never waits longer than told."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

AnswerT = TypeVar("AnswerT")


class SingleFlight(Generic[AnswerT]):
    """Runs one question at a time in a thread; whoever asks meanwhile gets the same flight.

    So a part that hangs costs one thread, however often it is asked after.
    """

    def __init__(self, ask: Callable[[], AnswerT]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._flight: Flight[AnswerT] | None = None

    def launch(self) -> "Flight[AnswerT]":
        """Start asking, or join who asks already."""
        with self._lock:
            if self._flight is None or self._flight.has_landed:
                self._flight = Flight(self._ask)
            return self._flight


class Flight(Generic[AnswerT]):
    """One question under way."""

    def __init__(self, ask: Callable[[], AnswerT]) -> None:
        self._ask = ask
        self._landed = threading.Event()
        self._answer: AnswerT | None = None
        threading.Thread(target=self._run, daemon=True, name="readiness").start()

    @property
    def has_landed(self) -> bool:
        """Whether the answer, or a failure, is there."""
        return self._landed.is_set()

    def answer(self, *, within: float) -> AnswerT | None:
        """Return the answer, or None when it failed or did not come within so many seconds."""
        self._landed.wait(max(within, 0))
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        finally:
            self._landed.set()
