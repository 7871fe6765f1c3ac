"""A POST that is sent again with its key does its work once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import clock
from webapp.extensions import db
from webapp.models import ApiToken, AutomationSchedule, IdempotencyKey, User
from webapp.services import idempotency
from webapp.services.schedules import AutomationScheduleService

Caller = Callable[[User], FlaskClient]
SCHEDULES = "/api/v1/automation-schedules/"
BODY = {"name": "Every morning", "schedule_type": "manual"}
KEY = {"Idempotency-Key": "a-key-of-ours"}


def schedules() -> int:
    return db.session.query(AutomationSchedule).count()


def test_the_same_request_gets_the_same_answer(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    first, second = (program.post(SCHEDULES, json=BODY, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code, schedules()) == (201, 201, 1)
    assert first.json == second.json
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "body"),
    [(SCHEDULES, {**BODY, "name": "Another"}), ("/api/v1/notifications/read-all", None)],
)
def test_a_key_of_another_request_is_refused(
    api_as: Caller, ben: User, path: str, body: dict[str, str] | None
) -> None:
    program = api_as(ben)
    program.post(SCHEDULES, json=BODY, headers=KEY)
    answer = program.post(path, json=body, headers=KEY)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert schedules() == 1


def test_a_key_belongs_to_one_user(api_as: Caller, ben: User, ana: User, cleo: User) -> None:
    answers = [api_as(user).post(SCHEDULES, json=BODY, headers=KEY) for user in (ben, ana, cleo)]
    assert len({each.get_json()["id"] for each in answers}) == 3


def test_a_key_is_good_for_a_day(api_as: Caller, ben: User) -> None:
    api_as(ben).post(SCHEDULES, json=BODY, headers=KEY)
    clock.set_clock(clock.now() + timedelta(hours=24, minutes=1))
    program = api_as(ben)
    assert program.post(SCHEDULES, json=BODY, headers=KEY).status_code == 201
    assert (schedules(), db.session.query(IdempotencyKey).count()) == (2, 1)


def test_what_did_nothing_leaves_its_key_free(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    bad = {**BODY, "schedule_type": "daily"}
    assert program.post(SCHEDULES, json=bad, headers=KEY).status_code == 422
    assert program.post(SCHEDULES, json=BODY, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "\x7f", "k" * 256])
def test_a_key_is_plain_text(api_as: Caller, ben: User, key: str) -> None:
    answer = api_as(ben).post(SCHEDULES, json=BODY, headers={"Idempotency-Key": key})
    assert (answer.status_code, schedules()) == (400, 0)


def test_of_two_at_once_one_does_the_work(app: Flask, api_as: Caller, ben: User) -> None:
    token = api_as(ben).environ_base["HTTP_AUTHORIZATION"]
    db.session.commit()
    barrier, answers = Barrier(4), []

    def send() -> None:
        program = app.test_client()
        barrier.wait()
        headers = {**KEY, "Authorization": token}
        answers.append(program.post(SCHEDULES, json=BODY, headers=headers).status_code)

    threads = [Thread(target=send) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert schedules() == 1


class KilledError(BaseException):
    """Stands for the end of the process."""


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:

        def die(*_: object, **__: object) -> None:
            raise KilledError

        patch.setattr(owner, name, die)
        with pytest.raises(KilledError):
            yield
    db.session.rollback()


def test_work_whose_answer_was_lost_is_not_done_again(
    api_as: Caller, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = api_as(ben)
    with killed(monkeypatch, idempotency.IdempotencyKeys, "keep"):
        program.post(SCHEDULES, json=BODY, headers=KEY)
    clock.set_clock(clock.now() + timedelta(minutes=3))
    again = program.post(SCHEDULES, json=BODY, headers=KEY)
    assert (again.status_code, schedules()) == (409, 1)
    assert "its answer was lost" in again.get_json()["detail"]


def test_work_that_died_before_it_was_kept_is_done_by_the_next(
    api_as: Caller, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = api_as(ben)
    with killed(monkeypatch, AutomationScheduleService, "create_schedule"):
        program.post(SCHEDULES, json=BODY, headers=KEY)
    assert program.post(SCHEDULES, json=BODY, headers=KEY).status_code == 409
    clock.set_clock(clock.now() + timedelta(minutes=3))
    assert program.post(SCHEDULES, json=BODY, headers=KEY).status_code == 201
    assert schedules() == 1


def test_a_secret_in_an_answer_is_not_kept_readable(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    body = {"name": "Export", "scopes": ["read"]}
    first, second = (
        program.post("/api/v1/api-tokens", json=body, headers=KEY).get_json() for _ in range(2)
    )
    assert first["token"] == second["token"]
    assert db.session.query(ApiToken).filter_by(name="Export").count() == 1
    kept = db.session.query(IdempotencyKey.answer).scalar()
    assert first["token"] not in kept
