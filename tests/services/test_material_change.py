"""What counts as news within a story: another amount, person, date or state, and no mere detail."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.services.same_story import Report
from webapp.services.story_facts import (
    LONGEST_NOTE,
    MOST_KEPT,
    StoryFacts,
    facts_of,
    last_stage,
    material_change,
    merged,
)

DAY = datetime(2026, 3, 11, tzinfo=UTC)


def told(title: str, snippet: str = "", *, hours: float = 0) -> StoryFacts:
    report = Report(title, snippet, DAY + timedelta(hours=hours))
    return facts_of(report, company_names=["Halcyon Health"])


CHANGES = [
    (
        "Halcyon Health raises $12 million",
        "Halcyon Health raises $15 million after all",
        "The amount is now $15 million, it was $12 million.",
    ),
    (
        "Halcyon Health lays off 12% of staff",
        "Halcyon Health to lay off 18 percent of staff",
        "The amount is now 18 percent, it was 12%.",
    ),
    (
        "Breach at Halcyon Health hits 300,000 patients",
        "Breach at Halcyon Health hit 1.2 million patients",
        "The amount is now 1.2 million patients, it was 300,000 patients.",
    ),
    (
        "Halcyon Health names Priya Ramanathan chief executive",
        "Halcyon Health appoints Luis Ortega as CEO",
        "The person named is now Luis Ortega, it was Priya Ramanathan.",
    ),
    (
        "Halcyon Health to close its Lisbon office on March 30",
        "Halcyon Health to close its Lisbon office on 12 May",
        "The date is now 12 May, it was March 30.",
    ),
    (
        "Halcyon Health in talks to buy Carelane",
        "Halcyon Health completes acquisition of Carelane",
        "The matter is now completed, it was in talks.",
    ),
    (
        "Halcyon Health agrees to buy Carelane",
        "Regulator blocks Halcyon Health's purchase of Carelane",
        "The matter is now blocked, it was agreed.",
    ),
    (
        "Patients sue Halcyon Health",
        "Halcyon Health settles with patients",
        "The matter is now settled.",
    ),
]
FURTHER = [
    ("Halcyon Health layoffs hit 500", "Halcyon Health layoffs now hit 800"),
    ("Halcyon Health to close on 3 March 2027", "Halcyon Health to close on 3 March 2028"),
    ("Patients sue Halcyon Health", "Halcyon Health wins lawsuit by patients"),
    ("Halcyon Health outage resolved", "Halcyon Health outage: service is down again"),
    ("Halcyon Health CEO resigns", "Halcyon Health CEO reverses resignation"),
    ("Halcyon Health goes bankrupt", "Halcyon Health emerges from bankruptcy"),
    ("Halcyon Health nurses strike in Leeds", "Halcyon Health nurses end strike in Leeds"),
    ("Halcyon Health to buy Carelane", "Halcyon Health drops bid to buy Carelane"),
    ("Halcyon Health recalls pumps", "Halcyon Health expands recall of pumps"),
    ("Halcyon Health has second outage", "Halcyon Health has third outage"),
]
NO_CHANGES = [
    ("Halcyon Health raises $65M", "Halcyon Health raises money at $1 billion valuation"),
    ("Halcyon Health Q3 revenue up 12%", "Halcyon Health Q3 profit rises 8%"),
    ("Halcyon Health to close on 3 March", "Halcyon Health to close on 3 March 2027"),
    ("Halcyon Health raises $12 million", "Halcyon Health lands $12M"),
    ("Halcyon Health raises $12 million", "Halcyon Health raises $12M at $90 million valuation"),
    ("Halcyon Health raises $11.9 million", "Halcyon Health raises about $12 million"),
    ("Halcyon Health raises $12 million", "Halcyon Health closes funding"),
    ("Halcyon Health raises €12 million", "Halcyon Health raises $13 million"),
    ("Halcyon Health names Priya Ramanathan CEO", "Priya Ramanathan to lead Halcyon Health"),
    ("Halcyon Health opens on March 30", "Halcyon Health opens on 30 March"),
    ("Halcyon Health opens on March 30", "Halcyon Health opens, it said on March 11"),
    ("Halcyon Health completes purchase of Carelane", "Halcyon Health agrees to buy Carelane"),
    ("Halcyon Health lays off 800 workers", "Halcyon Health lays off staff in 14 clinics"),
    ("Halcyon Health shares fall 4%", "Halcyon Health stock down 6%"),
    ("Halcyon Health shares fall to $71.20", "Halcyon Health shares fall to $70"),
    ("Halcyon Health buys Carelane", "Halcyon Health agrees to buy Carelane"),
]


@pytest.mark.parametrize(("before", "after", "note"), CHANGES)
def test_a_material_change_says_what_it_was(before: str, after: str, note: str) -> None:
    assert material_change(told(before), told(after)) == note


@pytest.mark.parametrize(("before", "after"), FURTHER)
def test_what_happens_afterwards_is_a_change(before: str, after: str) -> None:
    assert material_change(told(before), told(after)) is not None


@pytest.mark.parametrize(("before", "after"), NO_CHANGES)
def test_the_same_facts_in_other_words_are_no_change(before: str, after: str) -> None:
    assert material_change(told(before), told(after)) is None


OUTAGE, ANOTHER = "Halcyon Health suffers outage", "Halcyon Health suffers another outage"
LATER = "Halcyon Health explains last week's outage"


@pytest.mark.parametrize(
    ("before", "after", "hours", "note"),
    [
        (OUTAGE, ANOTHER, 20, "It is happening again."),
        (OUTAGE, ANOTHER, 1, None),
        (ANOTHER, ANOTHER, 20, None),
        (ANOTHER, ANOTHER, 24 * 8, "It is happening again."),
        (OUTAGE, OUTAGE, 20, None),
        (OUTAGE, OUTAGE, 24 * 8, "It is happening again."),
        (OUTAGE, LATER, 24 * 8, None),
        (ANOTHER, ANOTHER, -24 * 8, None),
    ],
)
def test_what_breaks_out_again_is_told_again(
    before: str, after: str, hours: float, note: str | None
) -> None:
    assert material_change(told(before), told(after, hours=hours)) == note


def test_each_further_outbreak_is_told_and_each_repeat_of_it_is_not() -> None:
    known, notes = told(OUTAGE), []
    for hours in (24 * 7, 24 * 7 + 9, 24 * 14, 24 * 15):
        new = told(ANOTHER, hours=hours)
        notes.append(material_change(known, new) is not None)
        known = merged(known, new)
    assert notes == [True, False, True, False]


def test_the_last_stage_of_a_matter_is_told_by_its_reports_alone() -> None:
    titles = ("Patients sue Halcyon", "Halcyon wins case", "Halcyon sued", "Halcyon wins the suit")
    assert last_stage([told(each) for each in titles]) == [1, 3]
    assert last_stage([told(OUTAGE), told(OUTAGE)]) == [0, 1]
    assert last_stage([]) == []


def test_a_snippet_tells_figures_but_whom_it_quotes_is_beside_the_matter() -> None:
    facts = told("Halcyon Health grows", "It raised $12 million, chief executive Ana Mirren said.")
    assert facts.amounts == ("$12 million",)
    assert facts.persons == ()


def test_what_changed_once_is_known_afterwards() -> None:
    first, second = told("Halcyon raises $12 million"), told("Halcyon raises $15 million")
    known = merged(first, second)
    assert material_change(known, second) is None
    assert material_change(known, first) is None


def test_nothing_told_before_is_no_change() -> None:
    assert material_change(StoryFacts(), told("Halcyon Health raises $12 million")) is None


def test_facts_survive_being_stored() -> None:
    facts = told("Halcyon Health agrees to buy Carelane for $12 million on May 3")
    assert facts.amounts
    assert facts.dates
    assert StoryFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("values", [{}, {"amounts": None}, {"amounts": [1, {}]}, {"x": ["y"]}])
def test_what_are_no_stored_facts_are_none(values: dict[str, object]) -> None:
    assert StoryFacts.from_json(values) == StoryFacts()


def test_facts_and_notes_have_an_end() -> None:
    known = StoryFacts()
    for number in range(100):
        known = merged(known, StoryFacts(amounts=(f"${number + 11} million",)))
    assert len(known.amounts) == MOST_KEPT
    note = material_change(StoryFacts(dates=("a" * 500,)), StoryFacts(dates=("b" * 500,)))
    assert note is not None
    assert len(note) == LONGEST_NOTE
