"""What a worker does with promises while a browser watches."""

import threading
import uuid
from collections.abc import Sequence
from typing import Protocol

from flask import current_app

from webapp.enums import DeliveryStatus
from webapp.extensions import db


class Delivering(Protocol):
    """What knows promises that are due, and tries one."""

    def due(self, limit: int) -> Sequence[uuid.UUID]:
        """Return what waits, the longest first."""
        ...

    def deliver(self, promise_id: uuid.UUID, /) -> DeliveryStatus | None:
        """Try once."""
        ...


def work(service: Delivering) -> None:
    """Try all that is due, beside the server."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's own way

    def act() -> None:
        with app.app_context():
            for each in service.due(10):
                service.deliver(each)
            db.session.remove()

    worker = threading.Thread(target=act)
    worker.start()
    worker.join(20)
