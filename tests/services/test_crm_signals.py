"""Which changes of a CRM's facts are told: risk that begins or grows, champions that leave."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.doubles.crm_world import account
from webapp.enums import Category, CRMName, RiskLevel, RiskSignal
from webapp.providers.base import CRMContact, CRMFacts
from webapp.services.champions import Champion, departure_told
from webapp.services.crm_signals import CrmSignal, Standing, compare, is_too_old

IDA = CRMContact("Ida Storm", "VP Claims", "ida@halcyon.example.com", is_champion=True)
BO = CRMContact("Bo Lind", "IT", "bo@halcyon.example.com")
CALM = account(has_all_contacts=True, contacts=(IDA, BO))
TODAY = CALM.fetched_at.date()
SICK = replace(CALM, health="Red")
CHURN, MOVED = Category.CHURN_SIGNAL, Category.CHAMPION_MOVED


def look(facts: CRMFacts, before: Standing) -> tuple[list[CrmSignal], Standing]:
    return compare(before, facts, client_name="Halcyon Health", crm="Salesforce", today=TODAY)


def told(*looks: CRMFacts) -> list[list[Category]]:
    standing, found = Standing(), []
    for facts in looks:
        signals, standing = look(facts, standing)
        standing = Standing.from_json(standing.to_json())
        found.append([each.category for each in signals])
    return found


def test_a_calm_account_with_people_tells_nothing() -> None:
    assert told(CALM, CALM) == [[], []]


def test_a_risk_is_told_once_while_it_lasts_and_again_after_a_recovery() -> None:
    assert told(CALM, SICK, SICK, CALM, SICK) == [[], [CHURN], [], [], [CHURN]]


def test_a_risk_says_why_and_rests_on_the_lines_of_the_crm() -> None:
    facts = replace(SICK, renewal_on=TODAY + timedelta(days=20), urgent_case_count=2)
    [signal], _ = look(replace(facts, open_case_count=4), Standing())
    assert signal.title == (
        "Halcyon Health is at risk: health “Red”, renewal in 20 days, 2 urgent cases open"
    )
    assert signal.risk_level is RiskLevel.CRITICAL
    assert signal.quotes == (
        "Health of the account: Red",
        f"Date of the renewal: {facts.renewal_on}, in 20 days",
        "Support cases that are open: 4, of these urgent 2",
    )


def test_a_further_reason_is_an_update_and_one_that_comes_back_is_none() -> None:
    worse = replace(SICK, open_case_count=3)
    assert told(SICK, worse, SICK, worse) == [[CHURN], [CHURN], [], []]
    _, standing = look(SICK, Standing())
    [update], after = look(worse, standing)
    assert update.change_note == "3 support cases are open."
    assert after.told == {RiskSignal.BAD_HEALTH, RiskSignal.MANY_CASES}
    assert update.title == "Halcyon Health is at greater risk: 3 open cases"


GONE = replace(CALM, contacts=(BO,))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (GONE, "Salesforce no longer lists Ida Storm (VP Claims)"),
        (replace(CALM, contacts=(replace(IDA, title="Former VP Claims"), BO)), "now calls"),
        (replace(CALM, contacts=(replace(IDA, email="ida@quill.example"), BO)), "at quill.example"),
    ],
    ids=("not listed", "called former", "at another house"),
)
def test_a_champion_who_leaves_is_told_once(after: CRMFacts, words: str) -> None:
    assert told(CALM, after, after) == [[], [MOVED], []]
    [signal], _ = look(after, look(CALM, Standing())[1])
    assert words in signal.summary
    assert signal.quotes


@pytest.mark.parametrize(
    "after",
    [
        replace(GONE, has_all_contacts=False),
        replace(CALM, contacts=()),
        replace(CALM, contacts=(replace(IDA, is_champion=False), BO)),
        replace(CALM, contacts=(replace(IDA, name="Ida Storm-Berg"), BO)),
        replace(CALM, contacts=(replace(IDA, email="ida.storm@gmail.com"), BO)),
        replace(
            CALM,
            contacts=tuple(replace(e, email=f"{e.name[:2]}@new.example") for e in (IDA, BO)),
        ),
        replace(GONE, account_id="another"),
    ],
    ids=(
        *("more contacts than were read", "no contact at all", "mark taken off", "other name"),
        *("private address", "the house is called anew", "another account"),
    ),
)
def test_what_shows_no_leaving_tells_none(after: CRMFacts) -> None:
    assert told(CALM, after) == [[], []]


def test_a_champion_who_comes_back_and_leaves_again_is_told_again() -> None:
    assert told(CALM, GONE, CALM, GONE) == [[], [MOVED], [], [MOVED]]


def test_a_decision_maker_counts_as_a_champion_does() -> None:
    decides = replace(IDA, is_champion=False, is_decision_maker=True)
    signals, _ = look(GONE, look(replace(CALM, contacts=(decides, BO)), Standing())[1])
    assert signals[0].title == "Ida Storm, decision maker at Halcyon Health, seems to have left"


def test_a_file_that_names_another_champion_tells_of_the_old_one() -> None:
    file = replace(
        CALM, provider=CRMName.CSV, contacts=(CRMContact("Ida Storm", is_champion=True),)
    )
    other = replace(file, contacts=(CRMContact("Bo Lind", is_champion=True),))
    silent = replace(file, contacts=(), has_all_contacts=False)
    assert told(file, silent, other) == [[], [], [MOVED]]


def test_facts_of_long_ago_are_told_to_nobody() -> None:
    assert is_too_old(CALM, TODAY + timedelta(days=91))
    assert not is_too_old(CALM, TODAY + timedelta(days=90))


def test_a_standing_that_cannot_be_read_counts_as_none() -> None:
    assert Standing.from_json({"at_risk": "perhaps"}) == Standing()


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("Ida Storm leaves Halcyon Health", True),
        ("Ida Storm, its head of claims, is to join Quillstone Media", True),
        ("Halcyon Health confirms the departure of claims chief Ida Storm", True),
        ("Quillstone poaches Ida Storm", True),
        ("Ida Storm joins Halcyon Health as head of claims", False),
        ("Ida Storm opens a claims centre", False),
        ("Bo Lind leaves. Ida Storm takes over.", False),
        ("Ida Stormberg leaves Halcyon Health", False),
    ],
)
def test_a_report_tells_of_a_leaving_only_in_so_many_words(text: str, leaves: bool) -> None:  # noqa: FBT001 -- a table
    person = Champion("Ida Storm")
    assert (departure_told(text, person, ("Halcyon Health",)) is not None) is leaves


def test_dates_of_the_facts_count_not_those_of_the_run() -> None:
    facts = replace(CALM, health="Red", last_activity_on=date(2000, 1, 1))
    [signal], _ = look(facts, Standing())
    assert f"no contact for {(TODAY - date(2000, 1, 1)).days:d} days" in signal.summary
