"""Job runs over JSON."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import ClientRunStatus, RunStatus
from webapp.models import Client, JobRun, JobRunClient, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/job-runs"


def take_part(run: JobRun, client: Client, status: ClientRunStatus) -> None:
    factories.save(
        JobRunClient(
            job_run_id=run.id,
            client_id=client.id,
            business_id=run.business_id,
            client_name=client.name,
            status=status,
            error_message="Took too long." if status == ClientRunStatus.FAILED else None,
        )
    )


def test_runs_are_listed_with_their_envelope(api_as: As, ana: User, cleo: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    factories.job_run(factories.schedule(cleo))
    page = api_as(ana).get(f"{URL}/?trigger=manual").get_json()
    assert [each["id"] for each in page["job_runs"]] == [str(run.id)]
    assert (page["total"], page["skip"], page["limit"]) == (1, 0, 50)


def test_one_run_lists_its_clients_failed_ones_first(api_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    take_part(run, factories.client(ana.business, name="Aurora Mills"), ClientRunStatus.DONE)
    take_part(run, factories.client(ana.business, name="Castellan Bank"), ClientRunStatus.FAILED)
    clients = api_as(ana).get(f"{URL}/{run.id}").get_json()["clients"]
    assert [each["client_name"] for each in clients] == ["Castellan Bank", "Aurora Mills"]
    assert clients[0]["error_message"] == "Took too long."


def test_a_queued_run_is_cancelled_at_once(api_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana), status=RunStatus.QUEUED)
    answer = api_as(ana).post(f"{URL}/{run.id}/cancel")
    assert (answer.status_code, answer.get_json()["status"]) == (202, "cancelled")


def test_an_ended_run_cannot_be_cancelled(api_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana))
    assert api_as(ana).post(f"{URL}/{run.id}/cancel").status_code == 409


def test_a_retry_takes_the_failed_clients(api_as: As, ana: User) -> None:
    run = factories.job_run(factories.schedule(ana), status=RunStatus.PARTIAL)
    failed = factories.client(ana.business, name="Castellan Bank")
    take_part(run, failed, ClientRunStatus.FAILED)
    take_part(run, factories.client(ana.business), ClientRunStatus.DONE)
    answer = api_as(ana).post(f"{URL}/{run.id}/retry")
    retried = answer.get_json()
    assert (answer.status_code, retried["trigger"]) == (202, "retry")
    assert (retried["client_ids"], retried["retry_of_id"]) == ([str(failed.id)], str(run.id))


@pytest.mark.parametrize("path", ["", "/cancel", "/retry"])
def test_a_foreign_run_is_404(api_as: As, ana: User, cleo: User, path: str) -> None:
    run = factories.job_run(factories.schedule(ana))
    send = api_as(cleo).get if not path else api_as(cleo).post
    assert send(f"{URL}/{run.id}{path}").status_code == 404


@pytest.mark.parametrize("run_id", ["1", "not-an-id", "01a00000-0000-7000-8000-000000000000"])
def test_an_unknown_run_is_404(api_as: As, ana: User, run_id: str) -> None:
    assert api_as(ana).get(f"{URL}/{run_id}").status_code == 404
