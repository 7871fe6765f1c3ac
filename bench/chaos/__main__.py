"""Runs the deployment under faults for a while, lets it come to rest, and says what was kept."""

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.chaos import promises
from bench.chaos.database import KINDS, OBSERVER, ChaosDatabase, running_database
from bench.chaos.faults import Faults
from bench.chaos.machine import NAMES, Machine
from bench.chaos.orders import OrderBook
from bench.chaos.outside import NewsDesk
from tests.doubles.local_server import LocalServer, serve
from tests.doubles.redis_server import running_redis
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings
from webapp.extensions import db

KEY = "only-for-a-chaos-run-on-this-machine"
SLOTS_A_SECOND = 2
FAULT_EVERY_SECONDS = 0.8
REST_WITHIN_SECONDS = 120.0


@dataclass(frozen=True)
class Chaos:
    """A running deployment with everything around it."""

    machine: Machine
    faults: Faults
    book: OrderBook
    mails: Path


def environment(
    folder: Path, database: ChaosDatabase, *, redis_url: str, news: LocalServer, smtp: SmtpDouble
) -> dict[str, str]:
    """Return the settings of the processes: all outside services are local ones."""
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "SERPER_API_KEY": "local",
        "SERPER_BASE_URL": news.url,
        "SERPER_WEB": "never",
        "MOCK_FALLBACK": "off",
        "MAIL_PROVIDER": "smtp",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp.port),
        "SMTP_FROM_EMAIL": "beacon@lighthouse.example.com",
        "MAX_INSTANT_MAILS_PER_DAY": "1000",
        "LEASE_SECONDS": "10",
        "MONITOR_CONCURRENCY": "2",
    }


@contextmanager
def running_chaos(kind: str, seed: int) -> Iterator[Chaos]:
    """Start everything for the length of the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-chaos-")))
        database = stack.enter_context(running_database(kind, folder))
        redis = stack.enter_context(running_redis())
        desk = NewsDesk()
        news = stack.enter_context(serve(desk.respond))
        smtp = stack.enter_context(serve_smtp(folder=folder / "letters"))
        settings = environment(folder, database, redis_url=redis.url, news=news, smtp=smtp)
        os.environ.update({**settings, "PGAPPNAME": OBSERVER})  # whose connections are not cut
        app = create_app(Settings.from_env())
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the SMTP server's own chatter
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        book = OrderBook()
        book.open()
        machine = Machine(settings, redis, folder / "log")
        for name in NAMES:
            machine.start(name)
        stack.callback(machine.end)
        faults = Faults(machine, database, desk, smtp, random.Random(seed))
        yield Chaos(machine, faults, book, folder / "letters")


def disturb(chaos: Chaos, seconds: float, *, every: float) -> tuple[int, int]:
    """Place orders and inject faults for a while; return the faults, and those at a busy time."""
    began = time.monotonic()
    next_fault, next_order = began + every, began
    faults = busy = 0
    while (now := time.monotonic()) - began < seconds:
        if now >= next_order:
            chaos.book.place()
            next_order += 1 / SLOTS_A_SECOND
        elif now >= next_fault:
            busy += bool(chaos.machine.horses())
            chaos.faults.inject()
            faults += 1
            next_fault += every
        else:
            time.sleep(0.02)
        chaos.machine.restart_ended()
    return faults, busy


def settle(chaos: Chaos) -> float:
    """Wait until nothing is left to be done, two minutes at most; return the seconds."""
    began = time.monotonic()
    end = clock.now()
    while time.monotonic() - began < REST_WITHIN_SECONDS:
        chaos.machine.restart_ended()
        if promises.is_settled(chaos.book, end):
            break
        time.sleep(0.25)
    return time.monotonic() - began


def main() -> int:
    """Run, print and write the report; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--every", type=float, default=FAULT_EVERY_SECONDS)
    parser.add_argument("--output", type=Path, default=Path("build/chaos.json"))
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    with running_chaos(given.db, seed) as chaos:
        faults, busy = disturb(chaos, given.seconds, every=given.every)
        rest = settle(chaos)
        found = promises.check(chaos.book, chaos.mails, clock.now())
    report = {
        "db": given.db,
        "seed": seed,
        "faults": faults,
        "faults_while_busy": busy,
        **asdict(found),
        "seconds_to_rest": round(rest, 1),
        "kinds": dict(chaos.faults.counts),
    }
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))
    if found.broken:
        print(f"Not kept: {', '.join(found.broken)} (seed {seed})", file=sys.stderr)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
