"""Health for load balancers and launchers: does the process live, is everything there."""

from dataclasses import asdict
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.container import services
from webapp.pages.access import public
from webapp.services.readiness import Check, check_database, without_database
from webapp.services.single_flight import SingleFlight

bp = Blueprint("health", __name__)
EXTENSION = "beacon_readiness"
PATIENCE_SECONDS = 1.2


class Readiness:
    """Asks database and Redis at the same time and answers in little more than a second."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._database = SingleFlight(self._ask_database)
        self._redis = SingleFlight(self._ask_redis)

    def checks(self) -> dict[str, Check]:
        """Return each part by its name."""
        flights = self._database.launch(), self._redis.launch()
        deadline = clock.monotonic() + PATIENCE_SECONDS
        database = flights[0].answer(within=deadline - clock.monotonic())
        redis = flights[1].answer(within=deadline - clock.monotonic())
        message = "answers" if redis else "does not answer"
        return {
            **(database or without_database("no answer in time")),
            "redis": Check(ok=bool(redis), message=message),
        }

    def _ask_database(self) -> dict[str, Check]:
        with self._app.app_context():
            return check_database()

    def _ask_redis(self) -> bool:
        with self._app.app_context():
            return services().queue.is_reachable()


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    app.extensions[EXTENSION] = Readiness(app)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say that this process lives; asks nothing else."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say of each part whether it is there: 200 when all are, else 503."""
    readiness: Readiness = current_app.extensions[EXTENSION]
    checks = readiness.checks()
    is_ready = all(each.ok for each in checks.values())
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(
        ready=is_ready, checks={name: asdict(each) for name, each in checks.items()}
    ), status
