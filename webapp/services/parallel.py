"""A pool of threads for waiting on outside services, one a process."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

ResultT = TypeVar("ResultT")


class IoPool:
    """Runs calls that mostly wait. Made at first use, and anew in a forked process."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._pid = 0
        self._executor: ThreadPoolExecutor | None = None

    def submit(self, call: Callable[[], ResultT]) -> Future[ResultT]:
        """Start a call; its exception comes out of the future."""
        return self._pool().submit(call)

    def _pool(self) -> ThreadPoolExecutor:
        executor = self._executor
        if executor is not None and self._pid == os.getpid():
            return executor
        with self._lock:
            if self._executor is None or self._pid != os.getpid():
                # Threads do not survive a fork; the parent's pool is of no use here
                self._executor = ThreadPoolExecutor(self._size, thread_name_prefix="io")
                self._pid = os.getpid()
            return self._executor
