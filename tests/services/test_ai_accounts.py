"""What a business may spend on models: reserved before, booked after, never exceeded by more
than one question."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, AiPurpose, BudgetPolicy
from webapp.extensions import db
from webapp.models import AiCall, AiReservation, Business, EmailLog, Notification, User
from webapp.providers.base import Usage
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.ai_limits import AiLimit, AiLimits
from webapp.services.transactions import atomic

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST = Usage(1000, 1000, 0.10, calls=2)
COST = Usage(800, 200, 0.04)


@pytest.fixture
def accounts(database: Flask, settings: Settings) -> AiAccounts:  # noqa: ARG001 -- it must be there
    clock.set_clock(NOVEMBER)
    return World(settings.model_copy(update={"ai_timeout_seconds": 0.2})).services.ai_accounts


def limits(
    usd: float | None = None, calls: int | None = None, tokens: int | None = None
) -> AiLimits:
    return AiLimits(usd, calls, tokens, BudgetPolicy.DEFER)


def spend(accounts: AiAccounts, of: Business, most: AiLimits, usage: Usage = COST) -> bool:
    """Ask one question, if it may be asked."""
    (allowance,) = accounts.reserve(of.id, most, [MOST])
    if allowance.is_granted:
        call = CallRecord(AIName.OPENAI, "m", AiPurpose.CLASSIFY, usage, 0.1)
        accounts.book([call], Caller(of.id), limits=most, allowances=[allowance])
    return allowance.is_granted


def test_questions_are_asked_until_the_budget_is_spent(
    accounts: AiAccounts, business: Business
) -> None:
    asked = [spend(accounts, business, limits(usd=0.10)) for _ in range(5)]
    assert asked == [True, True, True, False, False]
    assert accounts.standing(business.id).counted_usd == pytest.approx(0.12)
    assert db.session.query(AiReservation).count() == 0


@pytest.mark.parametrize(
    ("most", "name"),
    [(limits(calls=2), AiLimit.DAILY_CALLS), (limits(tokens=1500), AiLimit.DAILY_TOKENS)],
)
def test_a_days_limit_ends_with_the_day(
    accounts: AiAccounts, business: Business, most: AiLimits, name: AiLimit
) -> None:
    assert [spend(accounts, business, most) for _ in range(3)] == [True, True, False]
    assert accounts.standing(business.id).reached(most) is name
    clock.set_clock(NOVEMBER + timedelta(days=1))
    assert spend(accounts, business, most)


def test_a_new_month_has_a_new_budget(accounts: AiAccounts, business: Business) -> None:
    most = limits(usd=0.01)
    assert [spend(accounts, business, most) for _ in range(2)] == [True, False]
    clock.set_clock(NOVEMBER + timedelta(days=11))
    assert spend(accounts, business, most)


def test_another_business_is_not_touched(
    accounts: AiAccounts, business: Business, cleo: User
) -> None:
    most = limits(usd=0.01, calls=1)
    assert [spend(accounts, business, most) for _ in range(2)] == [True, False]
    assert spend(accounts, cleo.business, most)


def test_a_price_that_is_not_known_counts_as_assumed(
    accounts: AiAccounts, business: Business
) -> None:
    unknown = Usage(800, 200, None, assumed_usd=0.5)
    assert spend(accounts, business, limits(usd=0.3), unknown)
    assert not spend(accounts, business, limits(usd=0.3), unknown)
    row = db.session.query(AiCall).one()
    assert (row.cost_usd, row.counted_usd) == (None, 0.5)


def test_what_a_dead_worker_reserved_is_given_back_after_an_hour(
    accounts: AiAccounts, business: Business
) -> None:
    most = limits(usd=0.10)
    accounts.reserve(business.id, most, [MOST])
    assert not spend(accounts, business, most)
    clock.set_clock(NOVEMBER + timedelta(minutes=61))
    assert spend(accounts, business, most)


def test_a_question_waits_for_one_under_way_that_turns_out_cheap(
    accounts: AiAccounts, business: Business, database: Flask
) -> None:
    most = limits(usd=0.10)
    (first,) = accounts.reserve(business.id, most, [MOST])
    business_id = business.id

    def second() -> bool:
        with database.app_context():
            (allowance,) = accounts.reserve(business_id, most, [MOST])
            return allowance.is_granted

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second)
        call = CallRecord(AIName.OPENAI, "m", AiPurpose.INSIGHT, COST, 0.1)
        accounts.book([call], Caller(business_id), limits=most, allowances=[first])
        assert waiting.result(timeout=20)


@pytest.mark.parametrize("most", [limits(usd=0.2), limits(calls=5)])
def test_many_workers_together_overspend_by_at_most_one_question(
    accounts: AiAccounts, business: Business, database: Flask, most: AiLimits
) -> None:
    together, business_id = threading.Barrier(8, timeout=20), business.id

    def work(_: int) -> None:
        together.wait()
        with database.app_context():
            of = db.session.get_one(Business, business_id)
            while spend(accounts, of, most):
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    standing = accounts.standing(business_id)
    assert standing.reached(most) is not None
    assert standing.counted_usd <= 0.2 + COST.counted_usd + 1e-9
    assert standing.day_calls <= 6
    assert standing.reserved_usd == pytest.approx(0)
    assert standing.reserved_calls == 0


def test_admins_hear_once_at_four_fifths_and_once_at_the_end(
    accounts: AiAccounts, business: Business, ana: User, ben: User, cleo: User
) -> None:
    most = limits(usd=0.10)
    for _ in range(5):
        spend(accounts, business, most)
    told = db.session.query(Notification).order_by(Notification.created_at).all()
    assert [each.title for each in told] == [
        "AI budget: 80% of November's $0.10 is spent",
        "The AI budget of November ($0.10) is spent",
    ]
    assert {each.user_id for each in told} == {ana.id} - {ben.id, cleo.id}
    assert db.session.query(EmailLog).count() == 2
    spend(accounts, business, limits(usd=0.12))
    assert db.session.query(Notification).count() == 3  # a larger budget, spent as well


def test_what_is_rolled_back_is_told_again(
    accounts: AiAccounts, business: Business, ana: User
) -> None:
    most = limits(usd=0.01)
    call = CallRecord(AIName.OPENAI, "m", AiPurpose.CLASSIFY, COST, 0.1)
    with suppress(ZeroDivisionError), atomic():
        accounts.book([call], Caller(business.id), limits=most)
        raise ZeroDivisionError
    accounts.book([call], Caller(business.id), limits=most)
    assert [each.user_id for each in db.session.query(Notification)] == [ana.id]


def test_without_limits_nothing_is_reserved(accounts: AiAccounts) -> None:
    (allowance,) = accounts.reserve(uuid.uuid4(), limits(), [MOST])
    assert allowance.is_granted
    assert allowance.reservation_id is None
