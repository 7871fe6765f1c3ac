"""The ledger of calls: counted in the provider's own day, refused before the call."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from webapp import clock
from webapp.config import Settings
from webapp.enums import SourceName
from webapp.errors import ProviderQuotaError
from webapp.extensions import db
from webapp.models import QuotaUse
from webapp.services.quotas import QuotaLedger, QuotaRule, QuotaSpentError
from webapp.services.transactions import atomic

NEWS, GOOGLE, SERPER = SourceName.NEWS_API, SourceName.GOOGLE_SEARCH, SourceName.SERPER
PACIFIC = ZoneInfo("America/Los_Angeles")


def ledger(settings: Settings, **quotas: int) -> QuotaLedger:
    names = {"news_api_daily_quota": 0, "google_search_daily_quota": 0}
    return QuotaLedger(settings=settings.model_copy(update=names | quotas))


def calls() -> dict[str, int]:
    db.session.rollback()
    return {row.provider: row.calls for row in db.session.query(QuotaUse)}


@pytest.mark.usefixtures("database")
def test_a_call_over_quota_is_refused_and_not_counted(settings: Settings) -> None:
    quotas = ledger(settings, serper_daily_quota=2)
    quotas.reserve(SERPER)
    quotas.reserve(SERPER)
    with pytest.raises(QuotaSpentError, match="asked again from"):
        quotas.reserve(SERPER)
    assert calls() == {"serper": 2}


def test_workers_together_never_exceed_a_quota(database: Flask, settings: Settings) -> None:
    def work(_worker: int) -> int:
        done, own = 0, ledger(settings, serper_daily_quota=25)
        with database.app_context():
            for _ in range(10):
                try:
                    own.reserve(SERPER)
                    done += 1
                except QuotaSpentError:
                    break
        return done

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(work, range(8))) == 25
    assert calls() == {"serper": 25}


@pytest.mark.usefixtures("database")
def test_a_new_day_of_the_provider_starts_anew(settings: Settings) -> None:
    quotas = ledger(settings, google_search_daily_quota=1)
    clock.set_clock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    quotas.reserve(GOOGLE)
    clock.set_clock(datetime(2026, 11, 23, 7, 59, tzinfo=UTC))  # still the 22nd in California
    with pytest.raises(QuotaSpentError, match="23 Nov 08:00 UTC"):
        quotas.reserve(GOOGLE)
    clock.set_clock(datetime(2026, 11, 23, 8, 1, tzinfo=UTC))
    quotas.reserve(GOOGLE)
    assert {row.day for row in db.session.query(QuotaUse)} == {
        date(2026, 11, 22),
        date(2026, 11, 23),
    }


@pytest.mark.parametrize(
    ("rule", "at", "limit", "resets"),
    [
        (QuotaRule(100, parts=2), "2026-11-22 03:00", 50, "2026-11-22 12:00"),
        (QuotaRule(100, parts=2), "2026-11-22 12:00", 50, "2026-11-23 00:00"),
        (QuotaRule(5, parts=2), "2026-11-22 03:00", 3, "2026-11-22 12:00"),
        (QuotaRule(5, parts=2), "2026-11-22 13:00", 2, "2026-11-23 00:00"),
        (QuotaRule(1, parts=2), "2026-11-22 13:00", 0, "2026-11-23 00:00"),
        (QuotaRule(100, PACIFIC), "2026-07-01 06:59", 100, "2026-07-01 07:00"),
        (QuotaRule(100, PACIFIC), "2026-11-01 08:30", 100, "2026-11-02 08:00"),
        (QuotaRule(100, PACIFIC), "2026-03-08 09:00", 100, "2026-03-09 07:00"),
        (QuotaRule(0), "2026-11-22 03:00", None, "2026-11-23 00:00"),
    ],
)
def test_a_window_ends_when_the_provider_resets(
    rule: QuotaRule, at: str, limit: int | None, resets: str
) -> None:
    window = rule.window(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert window.limit == limit
    assert window.resets_at == datetime.fromisoformat(resets).replace(tzinfo=UTC)


@pytest.mark.usefixtures("database")
def test_newsapi_gets_half_of_its_calls_every_twelve_hours(settings: Settings) -> None:
    quotas = ledger(settings, news_api_daily_quota=4)
    for hour, allowed in ((1, 2), (13, 2)):
        clock.set_clock(datetime(2026, 11, 22, hour, tzinfo=UTC))
        for _ in range(allowed):
            quotas.reserve(NEWS)
        with pytest.raises(QuotaSpentError):
            quotas.reserve(NEWS)


@pytest.mark.usefixtures("database")
def test_another_key_has_a_quota_of_its_own(settings: Settings) -> None:
    ledger(settings, serper_daily_quota=1).reserve(SERPER)
    other = Settings.from_env(
        secret_key=settings.secret_key.get_secret_value(), serper_api_key="b", serper_daily_quota=1
    )
    QuotaLedger(settings=other).reserve(SERPER)
    rows = db.session.query(QuotaUse).all()
    assert len({row.key_fingerprint for row in rows}) == len(rows) == 2


@pytest.mark.usefixtures("database")
def test_what_has_no_limit_is_counted_all_the_same(settings: Settings) -> None:
    quotas = ledger(settings)
    for _ in range(2):
        with atomic():
            quotas.count({SERPER: 3, SourceName.EDGAR: 2})
    assert calls() == {"serper": 6, "edgar": 4}
    assert quotas.states()["serper"].limit is None


@pytest.mark.usefixtures("database")
def test_a_provider_that_says_its_quota_is_spent_is_left_alone_until_it_resets(
    settings: Settings,
) -> None:
    clock.set_clock(datetime(2026, 11, 22, 10, tzinfo=UTC))
    here, elsewhere = ledger(settings), ledger(settings)
    here.note_spent(SERPER, ProviderQuotaError("Serper's credits are spent."))
    elsewhere.learn()
    assert here.refusal(SERPER) is not None
    assert elsewhere.refusal(SERPER) is not None
    assert elsewhere.states()["serper"].used == 0
    clock.set_clock(datetime(2026, 11, 23, 0, 1, tzinfo=UTC))
    assert here.refusal(SERPER) is None
    elsewhere.learn()
    assert elsewhere.refusal(SERPER) is None


@pytest.mark.usefixtures("database")
def test_a_quota_that_comes_back_sooner_is_believed(settings: Settings) -> None:
    quotas = ledger(settings)
    quotas.note_spent(SERPER, ProviderQuotaError("Wait.", retry_after=120))
    assert quotas.refusal(SERPER) is not None
    clock.set_clock(clock.now() + timedelta(seconds=121))
    assert quotas.refusal(SERPER) is None


@pytest.mark.usefixtures("database")
def test_a_quota_of_one_client_only_pauses_nothing(settings: Settings) -> None:
    busy = ProviderQuotaError("Other clients came first.")
    busy.account_wide = False
    quotas = ledger(settings)
    quotas.note_spent(SERPER, busy)
    assert quotas.refusal(SERPER) is None
    assert calls() == {}


@pytest.mark.usefixtures("database")
def test_a_spent_quota_can_be_forgotten(settings: Settings) -> None:
    quotas = ledger(settings, serper_daily_quota=5)
    quotas.reserve(SERPER)
    quotas.note_spent(SERPER, ProviderQuotaError("Spent."))
    assert quotas.states()[SERPER].is_spent
    with pytest.raises(QuotaSpentError):
        ledger(settings, serper_daily_quota=5).reserve(SERPER)
    assert calls()["serper"] == 1
    quotas.forget_spent(SERPER)
    quotas.reserve(SERPER)
    assert calls()["serper"] == 2
