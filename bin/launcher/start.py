"""The order of a start: Redis, database, demo workspace, then web, worker and scheduler."""

import time
from collections.abc import Mapping
from pathlib import Path

from bin.launcher import redis
from bin.launcher.environment import for_children, has_demo
from bin.launcher.errors import StartError
from bin.launcher.family import Command, Family
from bin.launcher.output import Output
from bin.launcher.prepared import Prepared
from bin.launcher.readiness import wait_until_ready
from bin.launcher.supervision import Supervisor

_READY_SECONDS = 120.0
_PAUSE = 0.2
_SETTINGS = "from webapp.config import Settings; Settings.from_env()"
_PROCESSES = {
    "web": ("-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"),
    "worker": ("-m", "jobs.worker"),
    "scheduler": ("-m", "jobs.scheduler"),
}


class Start:
    """One start of Beacon in the folder `project`, with the Python of its virtual environment."""

    def __init__(self, family: Family, output: Output, *, project: Path) -> None:
        self._family = family
        self._output = output
        self._project = project
        self._python = str(project / ".venv" / "bin" / "python")
        self._supervisor = Supervisor(family, output)

    def bring_up(
        self, variables: Mapping[str, str], *, port: int, instance: Path
    ) -> dict[str, str]:
        """Start everything, wait until it is ready, return the environment of the children."""
        redis_url = self._redis(variables, instance)
        environment = for_children(variables, port=port, folder=instance, redis_url=redis_url)
        self._prepare(environment, instance)
        self._supervisor.start(
            [
                Command(name, (self._python, *arguments), environment)
                for name, arguments in _PROCESSES.items()
            ]
        )
        try:
            wait_until_ready(port, self._supervisor.demand_all, seconds=_READY_SECONDS)
        except StartError:
            self._demand_settings(environment)
            raise
        return environment

    def keep_up(self) -> None:
        """Mend what ends; returns only by an exception."""
        while True:
            self._supervisor.mend()
            time.sleep(_PAUSE)

    def _redis(self, variables: Mapping[str, str], instance: Path) -> str:
        given = variables.get("REDIS_URL")
        if given:
            redis.check_given(given)
            return given
        embedded = redis.prepare(redis.find_server(self._project), instance, variables)
        self._supervisor.start([embedded.command])
        embedded.wait(self._supervisor.demand_all)
        return embedded.url

    def _prepare(self, environment: Mapping[str, str], instance: Path) -> None:
        """Migrate the database and load the demo, unless a note says that both were done."""
        embedded = has_demo(environment) and not environment.get("DATABASE_URL")
        prepared = Prepared(self._project, instance)
        if embedded and prepared.holds():
            return
        self._step("The database could not be migrated", environment, "db", "upgrade")
        if has_demo(environment):
            self._step("The demo workspace could not be loaded", environment, "seed-demo")
        if embedded:
            prepared.write()

    def _step(self, failed: str, environment: Mapping[str, str], *flask: str) -> None:
        arguments = (self._python, "-m", "flask", "--app", "wsgi", *flask)
        status, text = self._family.run(Command(flask[0], arguments, environment))
        if status:
            self._demand_settings(environment)
            self._output.say(text.rstrip())
            message = f"{failed}; the reason is above."
            raise StartError(message)

    def _demand_settings(self, environment: Mapping[str, str]) -> None:
        """Name the setting when nonsense in one of them is what went wrong."""
        command = Command("settings", (self._python, "-c", _SETTINGS), environment)
        status, text = self._family.run(command)
        if status:
            problem = text.rstrip().rpartition("SettingsError: ")[2]
            message = "; ".join(line.strip() for line in problem.splitlines())
            raise StartError(message)
