"""The rules behind "should this user hear of this event": pure, each a named check."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from webapp.enums import (
    Channel,
    NotificationFrequency,
    Provenance,
    Severity,
    SimulationReason,
    Verdict,
)
from webapp.services.category_words import category_words
from webapp.services.notification_case import (
    Case,
    ChannelDecision,
    Check,
    Rule,
    Standing,
)
from webapp.taxonomy import matches_filter

MAX_REASON_LENGTH = 300


def decide(case: Case) -> tuple[ChannelDecision, ...]:
    """Return one decision a channel: every rule is tried, the first that fails is the reason."""
    return tuple(_decide_channel(case, channel) for channel in Channel)


def _decide_channel(case: Case, channel: Channel) -> ChannelDecision:
    own = [rule(case) for rule in (_active, _SWITCHES[channel], _provenance)]
    gates = [*own, *_filtered(case), _stand_in(case)]
    delays = [rule(case) for rule in _DELAYS[channel]]
    held = next((check for check in gates if not check.passed), None)
    delayed = next((check for check in delays if not check.passed), None)
    stop = held or delayed
    if stop is None:
        verdict, reason = Verdict.SEND, _why_sent(case, gates)
    else:
        verdict, reason = Verdict.HOLD if held else Verdict.DIGEST, stop.detail
    return ChannelDecision(
        case.user.id,
        channel,
        verdict,
        reason[:MAX_REASON_LENGTH],
        (*gates, *delays),
        stopped_by=stop.name if stop else None,
    )


def _why_sent(case: Case, checks: Sequence[Check]) -> str:
    telling = ["relevance", "category", "clients"]
    if case.standing.covers:
        telling.insert(0, "stand_in")
    details = {check.name: check.detail for check in checks}
    return "; ".join(details[name] for name in telling)


def _filtered(case: Case) -> list[Check]:
    """Try what the user wants to hear of, and else what each one wants whom they stand in for."""
    own = [rule(case) for rule in _FILTERS]
    if all(check.passed for check in own):
        return own
    for cover in case.standing.covers:
        standing = Standing(cover.mutes)
        instead = replace(
            case, wishes=cover.wishes, is_assigned=cover.is_assigned, standing=standing
        )
        theirs = [rule(instead) for rule in _FILTERS]
        if all(check.passed for check in theirs):
            return [replace(check, detail=f"for {cover.name}: {check.detail}") for check in theirs]
    return own


def _stand_in(case: Case) -> Check:
    name, absence, covers = "stand_in", case.standing.absence, case.standing.covers
    if absence is not None:
        away = f"away until {absence.until:%d %b %Y}"
        if absence.covered_by is None:
            return Check(name, passed=True, detail=f"{away}, and nobody can stand in")
        return Check(name, passed=False, detail=f"{away}: {absence.covered_by} is told instead")
    if covers:
        people = ", ".join(f"{each.name} (until {each.until:%d %b %Y})" for each in covers)
        return Check(name, passed=True, detail=f"stands in for {people}")
    return Check(name, passed=True, detail="neither away nor standing in for anybody")


def _active(case: Case) -> Check:
    detail = "the account is active" if case.user.is_active else "the account is switched off"
    return Check("account", case.user.is_active, detail)


def _in_app_on(case: Case) -> Check:
    return _switch(case.wishes.notification_enabled, "in-app notifications")


def _chat_on(case: Case) -> Check:
    return _switch(case.standing.has_chat, "messages to a chat of your own")


def _email_on(case: Case) -> Check:
    return _switch(case.wishes.email_notifications_enabled, "e-mail notifications")


def _switch(is_on: bool, what: str) -> Check:  # noqa: FBT001 -- the flag is the value to report
    return Check("channel", is_on, f"{what} are {'on' if is_on else 'off'}")


def _provenance(case: Case) -> Check:
    """Keep what was invented from posing as news where real news is watched."""
    name, reason = "provenance", case.event.simulation_reason
    if case.event.provenance is not Provenance.SIMULATED:
        return Check(name, passed=True, detail=f"it rests on a {case.event.provenance} source")
    if reason is SimulationReason.FALLBACK:
        detail = "simulated because a source failed: nobody is told of it"
        return Check(name, passed=False, detail=detail)
    if not case.context.has_live_sources:
        detail = "simulated, in a workspace without live sources"
        return Check(name, passed=True, detail=detail)
    if reason is SimulationReason.FORCED and case.context.forced_by_user_id == case.user.id:
        return Check(name, passed=True, detail="simulated by a run of your own")
    detail = "simulated, in a workspace with live sources: only who forced the run is told"
    return Check(name, passed=False, detail=detail)


def _relevance(case: Case) -> Check:
    score, threshold = case.event.relevance_score, case.wishes.relevance_threshold
    if not (math.isfinite(score) and math.isfinite(threshold)):
        return Check("relevance", passed=False, detail="the relevance is not a number")
    passed = score >= threshold
    left, right = _figures(score, threshold)
    detail = f"relevance {left} {'reaches' if passed else 'is below'} the limit of {right}"
    return Check("relevance", passed, detail)


def _figures(score: float, threshold: float) -> tuple[str, str]:
    """Write two figures from 0 to 100, with more digits where none hides a difference."""
    given = score * 100, threshold * 100
    for digits in (0, 2, 12):
        left, right = (f"{each:.{digits}f}" for each in given)
        if left != right or score == threshold:
            break
    return left, right


def _category(case: Case) -> Check:
    wanted, category = case.wishes.notification_categories, case.event.category
    shown = category_words(category)
    if wanted is None:
        return Check("category", passed=True, detail=f"{shown}: every category is followed")
    if not wanted:
        return Check("category", passed=False, detail="no category is chosen")
    passed = matches_filter(category, case.event.sentiment_score, wanted)
    detail = f"{shown} is {'among' if passed else 'not among'} the chosen categories"
    return Check("category", passed, detail)


def _assignment(case: Case) -> Check:
    if not case.wishes.assigned_clients_only:
        return Check("clients", passed=True, detail="all clients are followed")
    if case.is_assigned:
        return Check("clients", passed=True, detail="assigned to the client")
    detail = "only assigned clients are followed, and this is none of them"
    return Check("clients", passed=False, detail=detail)


def _mutes(case: Case) -> Check:
    found = next((each for each in case.standing.mutes if each.holds(case.event, case.at)), None)
    if found is None:
        return Check("mute", passed=True, detail="neither client, category nor source is muted")
    end = found.until and found.until.astimezone(ZoneInfo(case.user.zone))
    length = f"until {end:%d %b %Y %H:%M}" if end else "for good"
    return Check("mute", passed=False, detail=f"{found.label} is muted {length}")


def _frequency(case: Case) -> Check:
    frequency = case.wishes.notification_frequency
    if frequency is NotificationFrequency.INSTANT:
        return Check("frequency", passed=True, detail="mail goes out at once")
    return Check("frequency", passed=False, detail=f"mail is collected in a {frequency} digest")


def _quiet_hours(case: Case) -> Check:
    start, end = case.wishes.quiet_hours_start, case.wishes.quiet_hours_end
    if start is None or end is None:
        return Check("quiet_hours", passed=True, detail="no quiet hours are set")
    local = case.at.astimezone(ZoneInfo(case.user.zone)).time()
    is_quiet = start <= local < end if start <= end else local >= start or local < end
    place = "within" if is_quiet else "outside"
    detail = f"{local:%H:%M} is {place} quiet hours {start:%H:%M}-{end:%H:%M}"
    return Check("quiet_hours", not is_quiet, detail)


def _cool_down(case: Case) -> Check:
    """Let one mail about a client and category stand for a while before the next."""
    name, hours = "cool_down", case.wishes.cool_down_hours
    last = case.context.last_mails.get((case.user.id, case.event.client_id, case.event.category))
    if hours == 0 or last is None or case.at - last >= timedelta(hours=hours):
        detail = "no mail about this client and category lately" if hours else "no cool-down is set"
        return Check(name, passed=True, detail=detail)
    if case.event.severity is Severity.CRITICAL:
        return Check(name, passed=True, detail="critical events pass the cool-down")
    at = last.astimezone(ZoneInfo(case.user.zone))
    detail = f"mailed about this client and category at {at:%H:%M}, cool-down of {hours} h"
    return Check(name, passed=False, detail=detail)


def _attention_budget(case: Case) -> Check:
    sent = case.context.instant_mails_today.get(case.user.id, 0)
    budget = case.context.max_instant_mails
    if case.event.severity is Severity.CRITICAL:
        return Check("daily_limit", passed=True, detail="critical events pass the daily limit")
    passed = sent < budget
    detail = f"{sent} of {budget} instant mails used today"
    return Check("daily_limit", passed, detail)


_SWITCHES: dict[Channel, Rule] = {
    Channel.IN_APP: _in_app_on,
    Channel.EMAIL: _email_on,
    Channel.CHAT: _chat_on,
}
_FILTERS: tuple[Rule, ...] = (_relevance, _category, _assignment, _mutes)
"""What a user wants to hear of; of one who is away it holds for who stands in."""
_DELAYS: dict[Channel, tuple[Rule, ...]] = {
    Channel.IN_APP: (),
    Channel.EMAIL: (_frequency, _quiet_hours, _cool_down, _attention_budget),
    Channel.CHAT: (_frequency, _quiet_hours),
}
"""What these stop is not lost but comes with the next digest."""
