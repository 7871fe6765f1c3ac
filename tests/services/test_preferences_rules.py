"""Who is told of an event, over which channel, and with which reason."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.enums import (
    Category,
    CategoryGroup,
    Channel,
    MuteKind,
    NotificationFrequency,
    Provenance,
    Severity,
    SimulationReason,
    Verdict,
)
from webapp.services.notification_audience import Preferences, Recipient
from webapp.services.notification_case import Case, Muting, NotifyContext, Standing
from webapp.services.notification_rules import decide
from webapp.taxonomy import groups_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HALCYON = uuid.UUID(int=7)
SEND, DIGEST, HOLD = Verdict.SEND, Verdict.DIGEST, Verdict.HOLD


@dataclass(frozen=True)
class Happened:
    category: Category = Category.LEADERSHIP_CHANGE
    severity: Severity = Severity.HIGH
    relevance_score: float = 0.85
    sentiment_score: float = 0.0
    provenance: Provenance = Provenance.LIVE
    simulation_reason: SimulationReason | None = None
    client_id: uuid.UUID = HALCYON
    publisher: str | None = "Harbour Wire"


def a_case(**changes: Any) -> Case:
    """A case in which everything speaks for telling; changes go to the part that has the field."""
    parts: dict[str, Any] = {
        "event": Happened(),
        "user": Recipient(7, "ben@example.com", True, "UTC"),  # noqa: FBT003 -- the user is active
        "wishes": Preferences(),
        "context": NotifyContext(has_live_sources=True),
    }
    whole = Case(**parts, is_assigned=changes.pop("is_assigned", True), at=NOON)
    standing = Standing(
        mutes=tuple(changes.pop("mutes", ())), has_chat=changes.pop("has_chat", True)
    )
    whole = replace(whole, standing=standing)
    for name, part in parts.items():
        mine = {k: v for k, v in changes.items() if hasattr(part, k)}
        whole = replace(whole, **{name: replace(part, **mine)})
    return whole


def verdicts(case: Case) -> dict[Channel, Verdict]:
    return {each.channel: each.verdict for each in decide(case)}


def test_everything_in_favour_sends_over_every_channel() -> None:
    assert verdicts(a_case()) == dict.fromkeys(Channel, SEND)


def muted(kind: MuteKind, value: str, hours: int | None = 1) -> list[Muting]:
    return [Muting(kind, value, "It", None if hours is None else NOON + timedelta(hours=hours))]


def mailed(hours_ago: float, *, client: uuid.UUID = HALCYON, **values: Any) -> dict[str, Any]:
    key = (7, client, Category.LEADERSHIP_CHANGE)
    return {"last_mails": {key: NOON - timedelta(hours=hours_ago)}, **values}


SIMULATED = {"provenance": Provenance.SIMULATED}
RULES = [
    ({"is_active": False}, HOLD, HOLD, "account"),
    ({"notification_enabled": False}, HOLD, SEND, "channel"),
    ({"email_notifications_enabled": False}, SEND, HOLD, "channel"),
    ({**SIMULATED, "simulation_reason": SimulationReason.FALLBACK}, HOLD, HOLD, "provenance"),
    ({**SIMULATED, "simulation_reason": SimulationReason.FORCED}, HOLD, HOLD, "provenance"),
    ({**SIMULATED, "simulation_reason": SimulationReason.UNCONFIGURED}, HOLD, HOLD, "provenance"),
    ({"relevance_score": 0.69}, HOLD, HOLD, "relevance"),
    ({"relevance_score": float("nan")}, HOLD, HOLD, "relevance"),
    ({"relevance_threshold": float("nan")}, HOLD, HOLD, "relevance"),
    ({"relevance_score": float("inf")}, HOLD, HOLD, "relevance"),
    ({"notification_categories": []}, HOLD, HOLD, "category"),
    ({"notification_categories": ["risk", "funding"]}, HOLD, HOLD, "category"),
    ({"assigned_clients_only": True, "is_assigned": False}, HOLD, HOLD, "clients"),
    ({"notification_frequency": NotificationFrequency.DAILY}, SEND, DIGEST, "frequency"),
    ({"notification_frequency": NotificationFrequency.WEEKLY}, SEND, DIGEST, "frequency"),
    (
        {"quiet_hours_start": time(11), "quiet_hours_end": time(13)},
        SEND,
        DIGEST,
        "quiet_hours",
    ),
    ({"mutes": muted(MuteKind.CLIENT, str(HALCYON))}, HOLD, HOLD, "mute"),
    ({"mutes": muted(MuteKind.CLIENT, str(HALCYON), hours=None)}, HOLD, HOLD, "mute"),
    ({"mutes": muted(MuteKind.CATEGORY, "leadership_change")}, HOLD, HOLD, "mute"),
    ({"mutes": muted(MuteKind.SOURCE, "harbour wire")}, HOLD, HOLD, "mute"),
    (mailed(3.9, cool_down_hours=4), SEND, DIGEST, "cool_down"),
    (mailed(23, cool_down_hours=24), SEND, DIGEST, "cool_down"),
    ({"instant_mails_today": {7: 5}}, SEND, DIGEST, "daily_limit"),
    ({"max_instant_mails": 0}, SEND, DIGEST, "daily_limit"),
]


OF_MAIL_ONLY = {"cool_down", "daily_limit"}


def expected(rule: tuple[dict[str, Any], Verdict, Verdict, str], channel: Channel) -> Verdict:
    """What a rule makes of a channel: a chat knows no daily limit and no cool-down."""
    _, in_app, email, name = rule
    is_switch = name == "channel"
    chat = SEND if is_switch or name in OF_MAIL_ONLY else email
    return {Channel.IN_APP: in_app, Channel.EMAIL: email, Channel.CHAT: chat}[channel]


@pytest.mark.parametrize(("changes", "in_app", "email", "name"), RULES)
def test_each_rule_alone_changes_the_verdict_and_is_the_reason(
    changes: dict[str, Any], in_app: Verdict, email: Verdict, name: str
) -> None:
    for decision in decide(a_case(**changes)):
        verdict = expected((changes, in_app, email, name), decision.channel)
        failed = [check for check in decision.checks if not check.passed]
        assert decision.verdict is verdict
        assert [check.name for check in failed] == ([] if verdict is SEND else [name])
        assert verdict is SEND or decision.reason == failed[0].detail
        assert decision.stopped_by == (None if verdict is SEND else name)


def test_who_has_no_chat_is_told_over_the_other_channels() -> None:
    told = {Channel.IN_APP: SEND, Channel.EMAIL: SEND, Channel.CHAT: HOLD}
    assert verdicts(a_case(has_chat=False)) == told


FINE: list[dict[str, Any]] = [
    {"relevance_score": 0.7},
    {"relevance_threshold": 0.85},
    {"relevance_threshold": 0.0, "relevance_score": 0.0},
    {"notification_categories": None},
    {"notification_categories": ["relationship"]},
    {"notification_categories": ["leadership_change"]},
    {"assigned_clients_only": True},
    {"is_assigned": False},
    {"provenance": Provenance.CACHED},
    {"quiet_hours_start": time(22), "quiet_hours_end": time(7)},
    {"quiet_hours_start": time(11)},
    {"quiet_hours_start": time(8), "quiet_hours_end": time(12)},
    {"mutes": muted(MuteKind.CLIENT, str(uuid.UUID(int=8)))},
    {"mutes": muted(MuteKind.CLIENT, str(HALCYON), hours=0)},
    {"mutes": muted(MuteKind.CATEGORY, "funding")},
    {"mutes": muted(MuteKind.SOURCE, "harbour")},
    mailed(1),
    mailed(4, cool_down_hours=4),
    mailed(1, client=uuid.UUID(int=8), cool_down_hours=4),
    mailed(1, severity=Severity.CRITICAL, cool_down_hours=4),
    {"instant_mails_today": {7: 4, 8: 99}},
    {"instant_mails_today": {7: 99}, "severity": Severity.CRITICAL},
    {**SIMULATED, "simulation_reason": SimulationReason.FORCED, "forced_by_user_id": 7},
    {**SIMULATED, "simulation_reason": SimulationReason.FORCED, "has_live_sources": False},
    {**SIMULATED, "simulation_reason": SimulationReason.UNCONFIGURED, "has_live_sources": False},
]


@pytest.mark.parametrize("changes", FINE)
def test_what_is_within_the_rules_is_sent(changes: dict[str, Any]) -> None:
    assert verdicts(a_case(**changes)) == dict.fromkeys(Channel, SEND)


def test_a_fallback_is_held_even_without_live_sources_and_for_who_forced_the_run() -> None:
    changes = {"has_live_sources": False, "forced_by_user_id": 7}
    case = a_case(**SIMULATED, simulation_reason=SimulationReason.FALLBACK, **changes)
    assert set(verdicts(case).values()) == {HOLD}


def test_a_forced_run_with_live_sources_does_not_tell_the_others() -> None:
    case = a_case(**SIMULATED, simulation_reason=SimulationReason.FORCED, forced_by_user_id=8)
    assert set(verdicts(case).values()) == {HOLD}


@pytest.mark.parametrize(
    ("zone", "quiet"), [("UTC", False), ("America/New_York", True), ("Asia/Tokyo", False)]
)
def test_quiet_hours_are_those_of_the_users_own_zone(zone: str, quiet: bool) -> None:  # noqa: FBT001 -- a table's column
    case = a_case(zone=zone, quiet_hours_start=time(22), quiet_hours_end=time(8))
    assert (verdicts(case)[Channel.EMAIL] is DIGEST) is quiet


@pytest.mark.parametrize("category", list(Category))
def test_every_category_is_covered_by_its_own_name_and_by_each_of_its_groups(
    category: Category,
) -> None:
    groups = {group.value for group in groups_of(category)}
    for name in (category.value, *groups):
        case = a_case(category=category, notification_categories=[name])
        assert verdicts(case)[Channel.IN_APP] is SEND
    others = [group.value for group in CategoryGroup if group.value not in groups]
    case = a_case(category=category, notification_categories=others)
    assert verdicts(case)[Channel.IN_APP] is HOLD


def test_financial_results_follow_their_sentiment_into_a_group() -> None:
    wanted = {"category": Category.FINANCIAL_RESULTS, "notification_categories": ["risk"]}
    assert verdicts(a_case(**wanted, sentiment_score=-0.4))[Channel.IN_APP] is SEND
    assert verdicts(a_case(**wanted, sentiment_score=0.4))[Channel.IN_APP] is HOLD


def test_checks_carry_the_compared_values() -> None:
    details = {check.name: check.detail for check in decide(a_case())[1].checks}
    assert details["relevance"] == "relevance 85 reaches the limit of 70"
    assert details["category"] == "Leadership: every category is followed"
    assert details["daily_limit"] == "0 of 5 instant mails used today"


def test_figures_that_round_alike_are_told_apart() -> None:
    decision = decide(a_case(relevance_score=0.6999))[0]
    assert decision.reason == "relevance 69.99 is below the limit of 70.00"


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(score=numbers, threshold=st.floats(0, 1))
def test_in_app_is_sent_exactly_from_the_threshold_on(score: float, threshold: float) -> None:
    verdict = verdicts(a_case(relevance_score=score, relevance_threshold=threshold))
    finite = score == score and abs(score) != float("inf")  # noqa: PLR0124 -- NaN differs from itself
    assert (verdict[Channel.IN_APP] is SEND) is (finite and score >= threshold)


@given(
    wishes=st.builds(
        Preferences,
        notification_enabled=st.booleans(),
        email_notifications_enabled=st.booleans(),
        relevance_threshold=st.floats(0, 1),
        notification_frequency=st.sampled_from(NotificationFrequency),
        notification_categories=st.none() | st.lists(st.sampled_from([*Category]), max_size=4),
    ),
    assigned=st.booleans(),
)
def test_a_verdict_always_follows_from_its_checks(wishes: Preferences, *, assigned: bool) -> None:
    for decision in decide(replace(a_case(is_assigned=assigned), wishes=wishes)):
        failed = {check.name for check in decision.checks if not check.passed}
        delays = failed & {"frequency", "quiet_hours", "cool_down", "daily_limit"}
        follows = HOLD if failed - delays else DIGEST if delays else SEND
        assert decision.verdict is follows
        assert decision.reason


def passed(case: Case, channel: Channel) -> dict[str, bool]:
    decision = next(each for each in decide(case) if each.channel is channel)
    return {check.name: check.passed for check in decision.checks}


@given(
    around=st.sampled_from([each for each in FINE if "severity" not in each]),
    rule=st.sampled_from(RULES),
    channel=st.sampled_from(Channel),
)
def test_each_rule_flips_its_own_check_and_no_other_whatever_else_holds(
    around: dict[str, Any], rule: tuple[dict[str, Any], Verdict, Verdict, str], channel: Channel
) -> None:
    changes, _, _, name = rule
    assume(not changes.keys() & around.keys())
    before = passed(a_case(**around), channel)
    after = passed(a_case(**{**around, **changes}), channel)
    flips = expected(rule, channel) is not SEND
    flipped = {each for each in before if before[each] is not after[each]}
    assert flipped == ({name} if flips else set())
