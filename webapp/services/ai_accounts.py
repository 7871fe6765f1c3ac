"""What models cost a business: reserved before a question is asked, booked once it is answered.

Reserving adds the most that a question can use to what its business has under way, in one
statement that refuses where nothing is left. So all workers together overspend by at most the
one question that was let through with the last cent. What a worker that died had reserved is
given back after an hour.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import AiMonth, AiReservation, Business
from webapp.models.base import new_uuid, run, table_of
from webapp.providers.base import Usage
from webapp.services.ai_budget_notice import AiBudgetNotice
from webapp.services.ai_calls import Caller, CallRecord, write_calls
from webapp.services.ai_limits import AiLimit, AiLimits, AiStanding, limits_of, month_of
from webapp.services.transactions import atomic, snapshot

RESERVED_FOR = timedelta(hours=1)
POLL_SECONDS = 0.5
NO_LIMIT = 2**31 - 1
_MONTHS, _RESERVED = table_of(AiMonth), table_of(AiReservation)
_STANDING = (
    *("counted_usd", "reserved_usd", "reserved_calls"),
    *("day", "day_calls", "day_tokens"),
)
_READ = select(*(_MONTHS.c[name] for name in _STANDING)).where(
    _MONTHS.c.business_id == bindparam("business"), _MONTHS.c.month == bindparam("month")
)
_KEEP = _RESERVED.insert()
_SETTLED = (
    delete(_RESERVED)
    .where(_RESERVED.c.id.in_(bindparam("ids", expanding=True)))
    .returning(_RESERVED.c.month, _RESERVED.c.usd, _RESERVED.c.calls)
)
_EXPIRED = (
    delete(_RESERVED)
    .where(_RESERVED.c.business_id == bindparam("business"))
    .where(_RESERVED.c.expires_at < bindparam("now"))
    .returning(_RESERVED.c.month, _RESERVED.c.usd, _RESERVED.c.calls)
)
_GIVE_BACK = (
    update(_MONTHS)
    .where(_MONTHS.c.business_id == bindparam("business"), _MONTHS.c.month == bindparam("of"))
    .values(
        reserved_usd=_MONTHS.c.reserved_usd - bindparam("usd"),
        reserved_calls=_MONTHS.c.reserved_calls - bindparam("taken"),
    )
)


@dataclass(frozen=True)
class Allowance:
    """Whether a question may be asked: the reservation made for it, or the limit reached."""

    reservation_id: uuid.UUID | None = None
    refused_by: AiLimit | None = None

    @property
    def is_granted(self) -> bool:
        """Whether models may be called."""
        return self.refused_by is None


FREE = Allowance()
"""For a question that nobody pays for."""


class AiAccounts:
    """Keeps the accounts of all businesses; needs the database."""

    def __init__(self, *, notice: AiBudgetNotice, settings: Settings) -> None:
        self._notice = notice
        self._settings = settings
        self._patience = 2 * settings.ai_timeout_seconds
        self._booked = threading.Condition()

    def limits_of(self, business: Business) -> AiLimits:
        """Return what a business may spend."""
        return limits_of(business, self._settings)

    def standing(self, business_id: uuid.UUID) -> AiStanding:
        """Return what a business has used of this month and day."""
        with snapshot():
            row = run(_READ, {"business": business_id, "month": month_of(clock.now())}).first()
        if row is None:
            return AiStanding()
        today = row.day == clock.now().date()
        return AiStanding(
            counted_usd=row.counted_usd,
            reserved_usd=row.reserved_usd,
            reserved_calls=row.reserved_calls,
            day_calls=row.day_calls if today else 0,
            day_tokens=row.day_tokens if today else 0,
        )

    def reserve(
        self, business_id: uuid.UUID, limits: AiLimits, asks: Sequence[Usage]
    ) -> list[Allowance]:
        """Reserve the most that each of some questions can use; outside any transaction.

        Where what is left is taken by questions under way, wait until they cost less than they
        might have. Admins hear of a limit that is reached.
        """
        if limits.is_unlimited or not asks:
            return [FREE] * len(asks)
        deadline = clock.monotonic() + self._patience
        granted: list[Allowance] = []
        while True:
            granted += self._reserve_some(business_id, limits, asks[len(granted) :])
            if len(granted) == len(asks):
                return granted
            reached = self.standing(business_id).reached(limits)
            is_late = clock.monotonic() >= deadline
            if reached is None and is_late:
                reached = self.standing(business_id).reached(limits, with_reserved=True)
            if reached is not None:
                self._notice.tell_reached(business_id, reached, limits)
                refused = Allowance(refused_by=reached)
                return [*granted, *[refused] * (len(asks) - len(granted))]
            self._give_back_expired(business_id)
            with self._booked:
                self._booked.wait(POLL_SECONDS)

    def book(
        self,
        calls: Sequence[CallRecord],
        caller: Caller,
        *,
        limits: AiLimits,
        allowances: Sequence[Allowance] = (),
    ) -> None:
        """Write the calls and give back what was reserved for them, in the caller's transaction.

        It comes last there: whoever books holds up the other questions of the business.
        """
        with atomic():
            write_calls(calls, caller)
            ids = [each.reservation_id for each in allowances if each.reservation_id is not None]
            if ids:
                self._give_back(caller.business_id, run(_SETTLED, {"ids": ids}).all())
            if calls:
                self._add(calls, caller.business_id, limits)
        with self._booked:
            self._booked.notify_all()

    def _add(self, calls: Sequence[CallRecord], business_id: uuid.UUID, limits: AiLimits) -> None:
        used = sum((call.usage for call in calls), start=Usage(calls=0))
        tokens = used.input_tokens + used.output_tokens
        row = self._row(business_id) | {
            "counted_usd": used.counted_usd,
            "day_calls": used.calls,
            "day_tokens": tokens,
        }
        now = run(_upsert(_dialect(), is_limited=False), row).one()
        if used.counted_usd:
            before = now.counted_usd - used.counted_usd
            self._notice.tell_spent(business_id, limits, before=before, after=now.counted_usd)

    def _reserve_some(
        self, business_id: uuid.UUID, limits: AiLimits, asks: Sequence[Usage]
    ) -> list[Allowance]:
        """Reserve for as many of the questions as fit, in their order, in one transaction."""
        granted: list[Allowance] = []
        bounds = {
            "most_usd": limits.monthly_usd or float(NO_LIMIT),
            "most_calls": limits.daily_calls or NO_LIMIT,
            "most_tokens": limits.daily_tokens or NO_LIMIT,
        }
        with atomic():
            for most in asks:
                row = self._row(business_id) | bounds
                row |= {"reserved_usd": most.counted_usd, "reserved_calls": most.calls}
                if run(_upsert(_dialect(), is_limited=True), row).first() is None:
                    break
                granted.append(self._kept(row))
        return granted

    def _kept(self, row: dict[str, Any]) -> Allowance:
        reservation_id = new_uuid()
        run(
            _KEEP,
            {
                "id": reservation_id,
                "business_id": row["business_id"],
                "month": row["month"],
                "usd": row["reserved_usd"],
                "calls": row["reserved_calls"],
                "expires_at": clock.now() + RESERVED_FOR,
            },
        )
        return Allowance(reservation_id)

    def _give_back_expired(self, business_id: uuid.UUID) -> None:
        with atomic():
            expired = run(_EXPIRED, {"business": business_id, "now": clock.now()}).all()
            self._give_back(business_id, expired)

    def _give_back(self, business_id: uuid.UUID, reservations: Sequence[Any]) -> None:
        sums: dict[date, tuple[float, int]] = {}
        for each in reservations:
            usd, calls = sums.get(each.month, (0.0, 0))
            sums[each.month] = (usd + each.usd, calls + each.calls)
        rows = [
            {"business": business_id, "of": month, "usd": usd, "taken": calls}
            for month, (usd, calls) in sums.items()
        ]
        if rows:
            run(_GIVE_BACK, rows)

    def _row(self, business_id: uuid.UUID) -> dict[str, Any]:
        now = clock.now()
        return {
            "id": new_uuid(),
            "business_id": business_id,
            "month": month_of(now),
            "day": now.date(),
            **dict.fromkeys(("counted_usd", "reserved_usd"), 0.0),
            **dict.fromkeys(("reserved_calls", "day_calls", "day_tokens"), 0),
        }


def _dialect() -> str:
    return db.session.get_bind().dialect.name


@lru_cache
def _upsert(dialect: str, *, is_limited: bool) -> Any:  # noqa: ANN401 -- a dialect's own statement
    """Build the statement once: add to the month's row, making it where it is missing.

    The limited one changes nothing, and returns no row, where a limit is reached.
    """
    make: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect]
    names = ("id", "business_id", "month", *_STANDING)
    statement = make(_MONTHS).values({name: bindparam(name) for name in names})
    old, new = _MONTHS.c, statement.excluded
    same_day = old.day == new.day
    kept = {name: case((same_day, old[name]), else_=0) for name in ("day_calls", "day_tokens")}
    has_room = and_(
        old.counted_usd + old.reserved_usd < bindparam("most_usd"),
        kept["day_calls"] + old.reserved_calls < bindparam("most_calls"),
        or_(~same_day, old.day_tokens < bindparam("most_tokens")),
    )
    return statement.on_conflict_do_update(
        index_elements=["business_id", "month"],
        set_={
            **{name: old[name] + new[name] for name in ("counted_usd", "reserved_usd")},
            "reserved_calls": old.reserved_calls + new.reserved_calls,
            "day": new.day,
            **{name: kept[name] + new[name] for name in kept},
        },
        where=has_room if is_limited else None,
    ).returning(old.counted_usd)
