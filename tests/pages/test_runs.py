"""The run pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import ClientRunStatus, RunReason, RunStatus, SourceStatus
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, SourceCheck, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def take_part(run: JobRun, user: User, status: ClientRunStatus, **values: object) -> JobRunClient:
    client = factories.client(user.business, name=str(values.pop("name", "Halcyon Health")))
    row = JobRunClient(
        job_run_id=run.id,
        client_id=client.id,
        business_id=run.business_id,
        client_name=client.name,
        status=status,
        **values,
    )
    return factories.save(row)


def test_the_list_is_filtered_by_the_address(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, name="Morning")
    run, failed = factories.job_run(schedule), factories.job_run(schedule, status=RunStatus.FAILED)
    html = browse_as(ana).get("/runs?status=failed").text
    assert f"/runs/{failed.id}" in html
    assert f"/runs/{run.id}" not in html


def test_a_run_that_is_on_asks_for_itself_and_stops_at_its_end(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    live = factories.job_run(schedule, status=RunStatus.RUNNING, started_at=clock.now())
    ended = factories.job_run(schedule)
    browser = browse_as(ana)
    assert 'hx-trigger="every 1s"' in browser.get(f"/runs/{live.id}", headers=HTMX).text
    assert "hx-trigger" not in browser.get(f"/runs/{ended.id}", headers=HTMX).text


def test_an_unchanged_poll_is_304(browse_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    first = browse_as(ana).get(f"/runs/{run.id}", headers=HTMX)
    tag = {"HX-PTag": first.headers["HX-PTag"]}
    assert browse_as(ana).get(f"/runs/{run.id}", headers={**HTMX, **tag}).status_code == 304


def test_a_run_shows_stages_failed_clients_notices_and_events(browse_as: As, ana: User) -> None:
    reason = RunReason.SOME_CLIENTS_FAILED
    run = factories.job_run(factories.schedule(ana), status=RunStatus.PARTIAL, reason=reason)
    take_part(run, ana, ClientRunStatus.FAILED, name="Castellan Bank", error_message="Too slow")
    done = take_part(run, ana, ClientRunStatus.DONE, results=7, raw_rows=4, searches=2)
    factories.save(
        SourceCheck(
            business_id=run.business_id,
            job_run_id=run.id,
            client_id=done.client_id,
            source="serper",
            status=SourceStatus.FAILED,
            message="Serper asks to slow down.",
        )
    )
    html = browse_as(ana).get(f"/runs/{run.id}").text
    for words in (
        "Some clients could not be processed.",
        "7 results from 2 searches",
        "4 new items, 3 found twice or known before",
        "Too slow",
        "Serper asks to slow down.",
        "Retry 1 failed client",
    ):
        assert words in html
    assert html.index("Castellan Bank") < html.index("Halcyon Health")


def test_the_events_of_a_run_are_linked(browse_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    event = factories.event(factories.client(ana.business), job_run_id=run.id)
    assert f"/events/{event.id}" in browse_as(ana).get(f"/runs/{run.id}").text


def test_a_run_without_a_worker_says_so(browse_as: As, ana: User) -> None:
    made = clock.now() - timedelta(minutes=5)
    run = factories.job_run(factories.schedule(ana), status=RunStatus.QUEUED, created_at=made)
    assert "No worker has answered for a minute" in browse_as(ana).get(f"/runs/{run.id}").text


def test_cancel_retry_and_run_again(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    browser = browse_as(ana)
    queued = factories.job_run(schedule, status=RunStatus.QUEUED)
    browser.post(f"/runs/{queued.id}/cancel")
    run = db.session.get_one(JobRun, queued.id, populate_existing=True)
    assert run.status == RunStatus.CANCELLED
    take_part(run, ana, ClientRunStatus.FAILED)
    retried = browser.post(f"/runs/{run.id}/retry").location
    assert retried.startswith("/runs/")
    assert browser.post(f"/runs/{run.id}/rerun").location == retried


def test_what_cannot_be_cancelled_is_a_conflict(browse_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    assert browse_as(ana).post(f"/runs/{run.id}/cancel").status_code == 409


@pytest.mark.parametrize("status", list(RunStatus))
def test_every_state_has_its_page(browse_as: As, ana: User, status: RunStatus) -> None:
    run = factories.job_run(factories.schedule(ana), status=status, schedule_name=None)
    assert browse_as(ana).get(f"/runs/{run.id}").status_code == 200
    assert browse_as(ana).get("/runs").status_code == 200


@pytest.mark.parametrize("reason", list(RunReason))
def test_every_reason_has_a_sentence(browse_as: As, ana: User, reason: RunReason) -> None:
    run = factories.job_run(factories.schedule(ana), status=RunStatus.FAILED, reason=reason)
    html = browse_as(ana).get(f"/runs/{run.id}").text
    assert 'role="alert"' in html
    assert reason.value not in html.replace("&#", "")


def test_a_foreign_run_is_not_found(browse_as: As, ana: User, cleo: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    assert browse_as(cleo).get(f"/runs/{run.id}").status_code == 404
