"""Whether the conditions of a schedule hold at a time, each with a line for the run's log."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from webapp.enums import ClientStatus, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, JobRun
from webapp.schemas.schedule_conditions import (
    ClientSegmentCondition,
    Condition,
    Conditions,
    LastRunAgeCondition,
    QuotaLeftCondition,
    WeekdayCondition,
)
from webapp.services.provider_names import label_of
from webapp.services.quotas import QuotaLedger
from webapp.services.schedule_times import WEEKDAYS, timing_of

NEVER_RAN = (RunStatus.QUEUED, RunStatus.SKIPPED, RunStatus.MISSED)
_STORED: TypeAdapter[list[Condition]] = TypeAdapter(Conditions)


@dataclass(frozen=True)
class Verdict:
    """Whether all conditions hold, a line for each, and the clients that a segment leaves.

    `client_ids` is None when no condition narrows them.
    """

    met: bool
    lines: tuple[str, ...] = ()
    client_ids: list[str] | None = None


@dataclass(frozen=True)
class _Finding:
    met: bool
    text: str
    client_ids: list[str] | None = None


class ScheduleConditions:
    """Evaluates stored rules; there is no expression language and nothing is executed."""

    def __init__(self, *, quotas: QuotaLedger) -> None:
        self._quotas = quotas

    def evaluate(self, schedule: AutomationSchedule, at: datetime) -> Verdict:
        """Look at every condition, also after one that does not hold, so that all are told."""
        if not schedule.conditions:
            return Verdict(met=True)
        try:
            conditions = _STORED.validate_python(schedule.conditions)
        except ValidationError:
            return Verdict(met=False, lines=("Its conditions cannot be read. Save it anew.",))
        findings: list[_Finding] = []
        clients = schedule.client_ids
        for condition in conditions:
            finding = self._look(condition, schedule, at=at, clients=clients)
            clients = clients if finding.client_ids is None else finding.client_ids
            findings.append(finding)
        narrowed = any(each.client_ids is not None for each in findings)
        return Verdict(
            met=all(each.met for each in findings),
            lines=tuple(_line(each) for each in findings),
            client_ids=clients if narrowed else None,
        )

    def _look(
        self,
        condition: Condition,
        schedule: AutomationSchedule,
        *,
        at: datetime,
        clients: list[str] | None,
    ) -> _Finding:
        match condition:
            case WeekdayCondition():
                return _weekday(condition, at.astimezone(timing_of(schedule).zone))
            case QuotaLeftCondition():
                return self._quota_left(condition)
            case LastRunAgeCondition():
                return _last_run_age(condition, schedule.id, at)
            case ClientSegmentCondition():
                return _segment(condition, schedule.business_id, at=at, clients=clients)

    def _quota_left(self, condition: QuotaLeftCondition) -> _Finding:
        name = label_of(condition.source)
        state = self._quotas.states().get(condition.source)
        left = 0 if state is not None and state.is_spent else state.left if state else None
        if left is None:
            return _Finding(met=True, text=f"{name} has no daily limit here")
        text = f"{name} has {left} calls left today, wanted {condition.at_least} or more"
        return _Finding(left >= condition.at_least, text)


def _line(finding: _Finding) -> str:
    return f"Condition {'met' if finding.met else 'not met'}: {finding.text}"


def _weekday(condition: WeekdayCondition, local: datetime) -> _Finding:
    wanted = ", ".join(WEEKDAYS[day] for day in condition.days)
    text = f"it is {WEEKDAYS[local.weekday()]}, wanted {wanted}"
    return _Finding(local.weekday() in condition.days, text)


def _last_run_age(condition: LastRunAgeCondition, schedule_id: uuid.UUID, at: datetime) -> _Finding:
    ended = db.session.scalar(
        select(JobRun.finished_at)
        .where(JobRun.schedule_id == schedule_id, JobRun.status.not_in(NEVER_RAN))
        .where(JobRun.finished_at.is_not(None))
        .order_by(JobRun.created_at.desc())
        .limit(1)
    )
    if ended is None:
        return _Finding(met=True, text="it never ran before")
    age = max(at - ended, timedelta())
    minutes = age // timedelta(minutes=1)
    text = f"its last run ended {minutes} minutes ago, wanted {condition.at_least_minutes} or more"
    return _Finding(age >= timedelta(minutes=condition.at_least_minutes), text)


def _segment(
    condition: ClientSegmentCondition,
    business_id: uuid.UUID,
    *,
    at: datetime,
    clients: list[str] | None,
) -> _Finding:
    found = select(Client.id).where(
        Client.business_id == business_id, Client.status == ClientStatus.ACTIVE
    )
    if clients is not None:
        found = found.where(Client.id.in_([uuid.UUID(each) for each in clients]))
    if condition.tiers:
        found = found.where(Client.tier.in_(condition.tiers))
    if condition.renews_within_days is not None:
        last = at.date() + timedelta(days=condition.renews_within_days)
        found = found.where(Client.renewal_on.between(at.date(), last))
    ids = [str(each) for each in db.session.scalars(found.order_by(Client.id))]
    noun = "client is" if len(ids) == 1 else "clients are"
    return _Finding(bool(ids), f"{len(ids)} {noun} of the segment", ids)
