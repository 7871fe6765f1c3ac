"""Coverage: what was asked for whom on which day, what came back, and what was not asked."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from tests import factories
from tests.services.coverage_world import NOON, coverage_service, note
from webapp import clock
from webapp.config import Settings
from webapp.enums import SourceName
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Client, User
from webapp.schemas.coverage import (
    ClientCoverageState,
    CoveragePeriod,
    CoverageQuery,
    CoverageStatus,
)
from webapp.services.access import Actor
from webapp.services.actors import actor_of
from webapp.services.coverage import CoverageService
from webapp.services.coverage_words import Cell

TODAY = NOON.date()
NOTHING_NEW = "None was new, relevant and about this client."
PARTLY_CHECKED = (
    f"Checked once today at 2 sources: 4 news items. {NOTHING_NEW} NewsAPI did not answer, so news "
    "may be missing."
)
ONLY_INVENTED = (
    "Checked once today with invented data only; no real source was asked, because its runs are "
    "set to simulated data."
)
Check = Callable[..., None]


@pytest.fixture(autouse=True)
def _noon() -> None:
    clock.set_clock(NOON)


@pytest.fixture
def service(database: Flask, settings: Settings) -> CoverageService:  # noqa: ARG001 -- needs its tables
    return coverage_service(settings)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


@pytest.fixture
def asking(ben: User) -> Actor:
    return actor_of(ben)


def cells(service: CoverageService, asking: Actor, **query: object) -> dict[str, Cell]:
    page = service.page(asking, CoverageQuery.model_validate(query))
    return {cell.source.value: cell for cell in page.clients[0].sources}


@pytest.mark.parametrize(
    ("noted", "status", "found"),
    [
        ([("found", 4)], CoverageStatus.FOUND, 4),
        ([("empty", 0)], CoverageStatus.EMPTY, 0),
        ([("failed", 0)], CoverageStatus.FAILED, 0),
        ([("over_quota", 0)], CoverageStatus.OVER_QUOTA, 0),
        ([("not_configured", 0)], CoverageStatus.NOT_CONFIGURED, 0),
        ([("cached", 3)], CoverageStatus.FOUND, 3),
        ([("cached", 0)], CoverageStatus.EMPTY, 0),
        ([("found", 2), ("found", 3)], CoverageStatus.FOUND, 5),
        ([("failed", 0), ("empty", 0)], CoverageStatus.EMPTY, 0),
        ([("failed", 0), ("over_quota", 0)], CoverageStatus.FAILED, 0),
        ([], CoverageStatus.NOT_CHECKED, 0),
    ],
)
def test_the_checks_of_a_day_become_one_status(
    *,
    service: CoverageService,
    asking: Actor,
    halcyon: Client,
    noted: list[tuple[str, int]],
    status: CoverageStatus,
    found: int,
) -> None:
    for each, count in noted:
        note(halcyon, "serper", each, count)
    cell = cells(service, asking)["serper"]
    assert (cell.status, cell.found) == (status, found)


def test_a_source_that_lacks_something_for_the_client_says_what(
    service: CoverageService, asking: Actor, halcyon: Client
) -> None:
    note(halcyon, "serper", "found", 1)
    found = cells(service, asking)
    assert found["rss"].status is CoverageStatus.NOT_CONFIGURED
    assert "feed" in (found["rss"].message or "")
    assert {*found} == {each.value for each in SourceName} - {"mock"}


def test_failures_beside_good_answers_stay_visible(
    service: CoverageService, asking: Actor, halcyon: Client
) -> None:
    note(halcyon, "serper", "found", 2)
    note(halcyon, "serper", "failed", message="It took too long.")
    cell = cells(service, asking)["serper"]
    assert (cell.checks, cell.failures, cell.message) == (2, 1, "It took too long.")


@pytest.mark.parametrize(
    ("noted", "state", "said"),
    [
        (
            [],
            ClientCoverageState.UNCHECKED,
            "Not checked today, because no active schedule looks at it by itself.",
        ),
        (
            [("serper", "failed", 0)],
            ClientCoverageState.FAILED,
            "Not checked today, because Serper did not answer. Tried once today.",
        ),
        (
            [("serper", "found", 4), ("rss", "empty", 0), ("news_api", "over_quota", 0)],
            ClientCoverageState.PARTLY,
            PARTLY_CHECKED,
        ),
        (
            [("mock", "found", 3)],
            ClientCoverageState.SIMULATED,
            ONLY_INVENTED,
        ),
        (
            [("serper", "empty", 0), ("serper", "empty", 0), ("gdelt", "empty", 0)],
            ClientCoverageState.QUIET,
            "Checked twice today at 2 sources; nothing found.",
        ),
        (
            [("serper", "found", 1)],
            ClientCoverageState.FOUND,
            f"Checked once today at 1 source: 1 news item. {NOTHING_NEW}",
        ),
        (
            [("serper", "over_quota", 0), ("mock", "found", 3)],
            ClientCoverageState.FAILED,
            "Not checked today, because the quota of Serper was used up. Tried once today.",
        ),
        (
            [("rss", "not_configured", 0)],
            ClientCoverageState.UNCHECKED,
            "Not checked today, because no active schedule looks at it by itself.",
        ),
    ],
)
def test_a_client_is_summed_up_in_a_sentence(
    *,
    service: CoverageService,
    asking: Actor,
    halcyon: Client,
    noted: list[tuple[str, str, int]],
    state: ClientCoverageState,
    said: str,
) -> None:
    for source, status, found in noted:
        note(halcyon, source, status, found)
    client = service.page(asking, CoverageQuery()).clients[0]
    assert (client.state, client.summary) == (state, said)


def test_what_came_of_the_results_is_said(
    service: CoverageService, asking: Actor, halcyon: Client
) -> None:
    note(halcyon, "serper", "found", 4)
    factories.event(halcyon, created_at=NOON)
    assert (
        "4 news items. 1 event came of it."
        in service.page(asking, CoverageQuery()).clients[0].summary
    )


def test_silence_over_days_says_since_when_and_why(
    service: CoverageService, asking: Actor, halcyon: Client
) -> None:
    week = CoveragePeriod(start_date=date(2026, 11, 12), end_date=date(2026, 11, 18))
    halcyon.last_answered_at = NOON - timedelta(days=9)
    halcyon.last_failed_at = NOON - timedelta(days=1)
    db.session.commit()
    for days in (1, 2):
        note(
            halcyon,
            "serper",
            "over_quota",
            created_at=NOON - timedelta(days=days),
            message="All 100 calls of the day are used.",
        )
    assert service.of_client(asking, halcyon.id, week).summary == (
        "Not checked since 9 November, because the quota of Serper was used up (All 100 calls of "
        "the day are used). Tried twice in 7 days."
    )


def test_a_client_that_no_run_looked_at_says_when_it_was_checked_last(
    service: CoverageService, asking: Actor, ben: User
) -> None:
    client = factories.client(ben.business, last_checked_at=NOON - timedelta(days=15))
    factories.schedule(ben, client_ids=[str(client.id)])
    assert service.of_client(asking, client.id, CoveragePeriod()).summary == (
        "Not checked today, because no run looked at it. Last checked on 3 November."
    )
    of_rss = service.page(asking, CoverageQuery(source=SourceName.RSS)).clients[0]
    assert of_rss.summary == "Not asked today. This client has no feed. Add one to its profile."


def test_the_worst_covered_come_first_and_are_counted(
    service: CoverageService, asking: Actor, ben: User
) -> None:
    for name, noted in {
        "A good": ("found", 4),
        "B quiet": ("empty", 0),
        "C failed": ("failed", 0),
        "D unchecked": None,
    }.items():
        client = factories.client(ben.business, name=name)
        if noted:
            note(client, "serper", *noted)
    factories.client(ben.business, name="E archived", status="archived")
    page = service.page(asking, CoverageQuery())
    names = [each.client_name for each in page.clients]
    assert names == ["D unchecked", "C failed", "B quiet", "A good"]
    assert (page.total, page.counts[ClientCoverageState.FAILED]) == (4, 1)
    failed = service.page(asking, CoverageQuery(state=ClientCoverageState.FAILED))
    assert ([each.client_name for each in failed.clients], failed.total) == (["C failed"], 1)


def test_of_one_source_clients_without_it_come_last(
    service: CoverageService, asking: Actor, ben: User
) -> None:
    factories.client(ben.business, name="A without")
    note(factories.client(ben.business, name="B failed"), "rss", "failed")
    page = service.page(asking, CoverageQuery(source=SourceName.RSS))
    assert [each.client_name for each in page.clients] == ["B failed", "A without"]
    assert {cell.source for each in page.clients for cell in each.sources} == {SourceName.RSS}


def test_one_client_tells_the_latest_answer_of_each_source_whenever_it_was(
    service: CoverageService, asking: Actor, halcyon: Client
) -> None:
    note(halcyon, "serper", "found", 4, created_at=NOON - timedelta(days=3))
    note(halcyon, "serper", "failed", created_at=NOON - timedelta(days=2), message="Too slow.")
    note(halcyon, "news_api", "empty", created_at=NOON - timedelta(days=9))
    found = service.of_client(asking, halcyon.id, CoveragePeriod())
    latest = {each.source: (each.status, each.message) for each in found.last_checks}
    assert latest[SourceName.SERPER] == (CoverageStatus.FAILED, "Too slow.")
    assert latest[SourceName.NEWS_API] == (CoverageStatus.EMPTY, None)
    assert latest[SourceName.RSS][0] is CoverageStatus.NOT_CONFIGURED
    assert found.state is ClientCoverageState.UNCHECKED


def test_an_archived_client_can_still_be_looked_up(
    service: CoverageService, asking: Actor, ben: User
) -> None:
    gone = factories.client(ben.business, status="archived")
    note(gone, "serper", "found", 1)
    found = service.of_client(asking, gone.id, CoveragePeriod())
    assert found.state is ClientCoverageState.FOUND


def test_other_businesses_do_not_exist(service: CoverageService, asking: Actor, cleo: User) -> None:
    theirs = factories.client(cleo.business)
    note(theirs, "serper", "found", 9)
    assert service.page(asking, CoverageQuery()).clients == []
    with pytest.raises(NotFoundError):
        service.of_client(asking, theirs.id, CoveragePeriod())
