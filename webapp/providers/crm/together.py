"""Many threads' questions of one kind, asked with one call.

A CRM that takes a hundred ids in one call and few calls in a second is asked for all clients in
flight at once, not for each by itself.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")
GATHER_SECONDS = 0.05


@dataclass
class _Batch(Generic[KeyT, ValueT]):
    waiting: dict[KeyT, Future[ValueT | None]] = field(default_factory=dict)
    is_full: threading.Event = field(default_factory=threading.Event)


class Together(Generic[KeyT, ValueT]):
    """Gathers keys for a moment, then answers all of them with one call of `answer`.

    The first thread of a batch makes the call, the others wait for it. A key that the answer
    leaves out gets None; what the call raises is raised in each of them.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[KeyT]], Mapping[KeyT, ValueT]],
        *,
        most: int,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        self._answer = answer
        self._most = most
        self._gather_seconds = gather_seconds
        self._lock = threading.Lock()
        self._open: _Batch[KeyT, ValueT] | None = None

    def get(self, key: KeyT) -> ValueT | None:
        """Return the answer to one key."""
        with self._lock:
            is_first = self._open is None
            batch = self._open = self._open or _Batch()
            future = batch.waiting.setdefault(key, Future())
            if len(batch.waiting) >= self._most:
                self._open = None
                batch.is_full.set()
        if is_first:
            self._lead(batch)
        return future.result()

    def _lead(self, batch: _Batch[KeyT, ValueT]) -> None:
        batch.is_full.wait(self._gather_seconds)
        with self._lock:
            if self._open is batch:
                self._open = None
        try:
            answers = self._answer(tuple(batch.waiting))
        except BaseException as error:
            for future in batch.waiting.values():
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for key, future in batch.waiting.items():
            future.set_result(answers.get(key))
