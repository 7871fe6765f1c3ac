"""A process that delivers mails and can be told to die, really, between any two steps."""

import multiprocessing
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from tests.doubles.queues import ListQueue
from webapp import clock
from webapp.config import Settings, to_sqlalchemy_url
from webapp.extensions import db
from webapp.providers.mail.smtp import SmtpProvider
from webapp.services.email import EmailService

SECRET = "a-secret-key-that-only-tests-ever-use"


@dataclass(frozen=True)
class Orders:
    """Where the mails are and go, how late it is, and when to die.

    `die_before` counts statements and commits; None lives on.
    """

    database: str
    folder: Path
    port: int
    later: timedelta
    die_before: int | None = None


def forked() -> ForkServerContext:
    """Return a context whose processes come from one that has everything loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.engine.mail_worker"])
    return context


def work(orders: Orders, steps: "multiprocessing.Queue[int] | None" = None) -> None:
    """Deliver what is due until nothing is; at the end tell how many steps that took."""
    clock.set_clock(clock.now() + orders.later)
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = to_sqlalchemy_url(orders.database)
    db.init_app(app)
    settings = Settings.from_env(secret_key=SECRET, instance_dir=orders.folder)
    provider = SmtpProvider(host="127.0.0.1", port=orders.port)
    service = EmailService(provider=provider, queue=ListQueue(), settings=settings)
    with app.app_context():
        counter = _Steps(orders.die_before)
        event.listen(db.engine, "before_cursor_execute", counter.statement)
        event.listen(db.engine, "commit", counter.step)
        while due := service.due(50):
            db.session.rollback()
            for log_id in due:
                service.deliver(log_id)
        db.session.remove()
        db.engine.dispose()
    if steps is not None:
        steps.put(counter.seen)


class _Steps:
    """Counts what is asked of the database, and ends the process before one of them."""

    def __init__(self, die_before: int | None) -> None:
        self._die_before = die_before
        self.seen = 0

    def statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):  # dying right after it is dying right before it
            self.step()

    def step(self, *_: object) -> None:
        self.seen += 1
        if self.seen == self._die_before:
            os.kill(os.getpid(), signal.SIGKILL)
