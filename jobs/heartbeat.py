"""A thread that says every few seconds that its process lives."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Self

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from jobs.runtime import process_app
from webapp import clock
from webapp.enums import ProcessKind
from webapp.models import ProcessHeartbeat
from webapp.models.base import insert_or_ignore, rows_changed
from webapp.services.transactions import atomic

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0


class Heartbeat:
    """Beats while its block runs and leaves no row behind a good end.

    A process whose own work hangs still has a thread that beats; `is_well` keeps it silent then.
    """

    def __init__(
        self, kind: ProcessKind, detail: str, *, is_well: Callable[[], bool] = lambda: True
    ) -> None:
        self._kind = kind
        self._detail = detail
        self._is_well = is_well
        self.name = f"{kind}-{socket.gethostname()[:60]}-{os.getpid()}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join(BEAT_SECONDS)
        with process_app().app_context():
            self._forget()

    def _run(self) -> None:
        while not self._ended.is_set():
            if self._is_well():
                with process_app().app_context():
                    self._beat()
            self._ended.wait(BEAT_SECONDS)

    def _beat(self) -> None:
        now = clock.now()
        try:
            with atomic():
                known = rows_changed(
                    update(ProcessHeartbeat)
                    .where(ProcessHeartbeat.name == self.name)
                    .values(beat_at=now)
                )
                if not known:
                    row = {
                        "name": self.name,
                        "kind": self._kind,
                        "started_at": now,
                        "beat_at": now,
                        "detail": self._detail[:200],
                    }
                    insert_or_ignore(ProcessHeartbeat, [row], conflict=["name"])
        except SQLAlchemyError as error:
            log.warning("heartbeat not written: %s", type(error).__name__)

    def _forget(self) -> None:
        try:
            with atomic() as session:
                row = session.get(ProcessHeartbeat, self.name)
                if row is not None:
                    session.delete(row)
        except SQLAlchemyError as error:
            log.warning("heartbeat not taken back: %s", type(error).__name__)
