"""What may happen to a deployment at any moment, drawn by a seeded die."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError

from bench.chaos.database import ChaosDatabase
from bench.chaos.machine import Machine
from bench.chaos.outside import NewsDesk
from tests.doubles.smtp_server import SmtpDouble

FREEZE_SECONDS = 1.0
SLOW_FOR_SECONDS = 1.0


@dataclass
class Faults:
    """Injects one fault at a time and counts them."""

    machine: Machine
    database: ChaosDatabase
    news: NewsDesk
    smtp: SmtpDouble
    die: random.Random
    counts: Counter[str] = field(default_factory=Counter)

    def inject(self) -> str:
        """Do one fault, drawn by weight; return its name."""
        kinds = self._kinds()
        names = list(kinds)
        name = self.die.choices(names, [kinds[each][0] for each in names])[0]
        kinds[name][1]()
        self.counts[name] += 1
        return name

    def _kinds(self) -> Mapping[str, tuple[int, Callable[[], object]]]:
        """Return each fault with its weight; what costs seconds of start-up is rare."""
        machine = self.machine
        return {
            "horse killed": (6, lambda: machine.signal_horses(signal.SIGKILL)),
            "worker killed": (2, lambda: machine.kill("worker")),
            "worker deployed": (1, lambda: machine.deploy("worker")),
            "scheduler killed": (2, lambda: machine.kill("scheduler")),
            "scheduler deployed": (1, lambda: machine.deploy("scheduler")),
            "horse frozen": (2, self._freeze),
            "Redis emptied": (3, self._empty_redis),
            "Redis killed": (2, self._restart_redis),
            "database cut": (4, self.database.disturb),
            "mail server hung up": (3, self.smtp.hang_up),
            "source slow": (2, lambda: self.news.be_slow(SLOW_FOR_SECONDS)),
        }

    def _freeze(self) -> None:
        self.machine.signal_horses(signal.SIGSTOP)
        time.sleep(FREEZE_SECONDS)
        self.machine.signal_horses(signal.SIGCONT)

    def _empty_redis(self) -> None:
        connection = Redis(port=self.machine.redis.port, socket_timeout=1)
        try:
            connection.flushall()
        except RedisError:
            self.counts["Redis was away already"] += 1
        finally:
            connection.close()

    def _restart_redis(self) -> None:
        self.machine.redis.kill()
        self.machine.redis.start()
