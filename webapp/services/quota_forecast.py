"""What a schedule will ask of each source on a day, against what its key may be asked."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp import clock
from webapp.config import Settings
from webapp.enums import JobType, ScheduleType, SourceName, WebSearch
from webapp.errors import AppError
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client
from webapp.providers.base import SearchTarget
from webapp.services.access import Actor, Permission, scoped
from webapp.services.provider_names import label_of
from webapp.services.quotas import QuotaLedger
from webapp.services.schedule_times import ScheduleTiming, next_run, timing_of
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_targets import target_of

HOURS_A_DAY = 24
_RUNS_LOOKED_AT = 200


@dataclass(frozen=True)
class PlannedSearches:
    """What a schedule does, also one that is not saved yet. No `client_ids` are all clients.

    `schedule_id` names the stored schedule that this would replace.
    """

    timing: ScheduleTiming
    job_type: JobType = JobType.CLIENT_MONITORING
    client_ids: Sequence[uuid.UUID] | None = None
    force_mock: bool = False
    schedule_id: uuid.UUID | None = None


@dataclass(frozen=True)
class SourceForecast:
    """Calls to one source on the busiest day: by this schedule, and by all of the business.

    A search may take further calls, for more pages or for the web where there is little news:
    `calls_a_day` is the most, `least_calls_a_day` what is made in any case. `quota` is calls a
    day and None where none is set; the shares are of it, 1.0 is all.
    """

    source: SourceName
    label: str
    calls_a_day: int
    least_calls_a_day: int
    quota: int | None
    total_calls_a_day: int

    @property
    def share(self) -> float | None:
        """How much of the quota this schedule takes."""
        return _share(self.calls_a_day, self.quota)

    @property
    def total_share(self) -> float | None:
        """How much of the quota all schedules of the business take."""
        return _share(self.total_calls_a_day, self.quota)

    @property
    def is_short(self) -> bool:
        """Whether the quota is too small, so that clients will take turns."""
        return self.quota is not None and self.total_calls_a_day > self.quota


class QuotaForecastService:
    """Counts runs, clients and what the cache spares. Asks no source."""

    def __init__(
        self, *, search: SearchAggregatorService, quotas: QuotaLedger, settings: Settings
    ) -> None:
        self._search = search
        self._quotas = quotas
        self._most_a_day = _most_a_day(settings.search_cache_hours)
        self._least = {SourceName.SERPER: 2 if settings.serper_web is WebSearch.ALWAYS else 1}

    def limited_sources(self) -> list[tuple[SourceName, str]]:
        """Return each source that has a quota, with its name as people write it."""
        limited = [each for each in SourceName if self._quotas.is_limited(each)]
        return [(each, label_of(each)) for each in limited]

    def forecast(
        self, actor: Actor, schedule: AutomationSchedule | PlannedSearches
    ) -> list[SourceForecast]:
        """Return a line a source that the schedule's clients can be looked up in.

        Those with a quota come first. A schedule that searches nothing real has no line.
        """
        actor.require(Permission.VIEW)
        planned = schedule if isinstance(schedule, PlannedSearches) else planned_of(schedule)
        targets = self._targets(actor)
        own, least = self._calls([planned], targets)
        others = [each for each in self._others(actor) if each.schedule_id != planned.schedule_id]
        total, _ = self._calls([planned, *others], targets)
        lines = [
            SourceForecast(
                source=source,
                label=label_of(source),
                calls_a_day=own[source],
                least_calls_a_day=least[source],
                quota=self._quotas.limit_of(source),
                total_calls_a_day=total[source],
            )
            for source in own
        ]
        return sorted(lines, key=lambda each: (each.quota is None, each.label))

    def _calls(
        self, plans: Sequence[PlannedSearches], targets: Mapping[uuid.UUID, SearchTarget]
    ) -> tuple[Counter[SourceName], Counter[SourceName]]:
        """Return how many calls each source gets, at most and in any case.

        The cache answers the searches beyond those that it keeps for so many hours.
        """
        wanted: Counter[uuid.UUID] = Counter()
        for plan in plans:
            if runs := runs_a_day(plan, clock.now()):
                wanted.update(dict.fromkeys(_clients_of(plan, targets), runs))
        most, least = Counter[SourceName](), Counter[SourceName]()
        for client_id, runs in wanted.items():
            target = targets[client_id]
            searches = min(runs, self._most_a_day or runs)
            for source in self._search.configured_sources(target):
                pages = self._pages(source.name, target)
                most[source.name] += searches * pages[1]
                least[source.name] += searches * pages[0]
        return most, least

    def _pages(self, source: SourceName, target: SearchTarget) -> tuple[int, int]:
        """Return how many calls one search takes in any case, and at most."""
        if source is SourceName.RSS:
            return len(target.feed_urls), len(target.feed_urls)
        return self._least.get(source, 1), self._quotas.most_calls(source)

    def _targets(self, actor: Actor) -> dict[uuid.UUID, SearchTarget]:
        gdelt = bool(
            db.session.scalar(
                select(Business.gdelt_enabled).where(Business.id == actor.business_id)
            )
        )
        clients = db.session.scalars(
            scoped(Client, actor.business_id).where(Client.status == "active")
        )
        return {each.id: target_of(each, gdelt_enabled=gdelt) for each in clients}

    def _others(self, actor: Actor) -> list[PlannedSearches]:
        active = db.session.scalars(
            scoped(AutomationSchedule, actor.business_id).where(
                AutomationSchedule.is_active,
                AutomationSchedule.schedule_type != ScheduleType.MANUAL,
            )
        )
        return [planned_of(each) for each in active]


def planned_of(schedule: AutomationSchedule) -> PlannedSearches:
    """Return what a stored schedule does."""
    ids = schedule.client_ids
    return PlannedSearches(
        timing=timing_of(schedule),
        job_type=schedule.job_type,
        client_ids=None if ids is None else [uuid.UUID(each) for each in ids],
        force_mock=schedule.config.get("force_mock") is True,
        schedule_id=schedule.id,
    )


def runs_a_day(plan: PlannedSearches, now: datetime) -> int:
    """Return how many real runs the busiest of the coming days has; one started by hand counts."""
    if plan.force_mock or plan.job_type is JobType.NOTIFICATION_DIGEST:
        return 0
    match plan.timing.schedule_type:
        case ScheduleType.HOURLY:
            return HOURS_A_DAY
        case ScheduleType.CUSTOM:
            return _busiest_day(plan.timing, now)
        case _:
            return 1


def _busiest_day(timing: ScheduleTiming, now: datetime) -> int:
    """Count the next runs by local day; one that cannot be read runs never."""
    days: Counter[object] = Counter()
    at: datetime | None = now
    try:
        for _ in range(_RUNS_LOOKED_AT):
            at = next_run(timing, at) if at is not None else None
            if at is None:
                break
            days[at.astimezone(timing.zone).date()] += 1
    except (AppError, ValueError):
        return 0
    return max(days.values(), default=0)


def _clients_of(
    plan: PlannedSearches, targets: Mapping[uuid.UUID, SearchTarget]
) -> Iterable[uuid.UUID]:
    if plan.client_ids is None:
        return targets
    return [each for each in plan.client_ids if each in targets]


def _most_a_day(cache_hours: int) -> int | None:
    """Return how often the same search is made a day at most; None without a cache."""
    return -(-HOURS_A_DAY // cache_hours) if cache_hours else None


def _share(calls: int, quota: int | None) -> float | None:
    return None if quota is None else round(calls / quota, 4)
