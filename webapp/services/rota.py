"""Who is away at a moment and who is told instead, however stand-ins are away themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from webapp.services.notification_case import Person


@dataclass(frozen=True)
class Leave:
    """That somebody is away on some days, both included, and who stands in."""

    user_id: int
    cover_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Rota:
    """Who is away, and for whom each of the others stands in.

    Someone whose stand-in is away too is stood in for by that one's stand-in, and so on. Where
    this leads to nobody (in a circle, or to an account that is switched off), `cover_of` has no
    entry, and they are told themselves.
    """

    away: Mapping[int, Leave] = field(default_factory=dict)
    cover_of: Mapping[int, int] = field(default_factory=dict)

    def covered_by(self, user_id: int) -> Iterator[Leave]:
        """Yield the absences that somebody stands in for."""
        for absent, cover in self.cover_of.items():
            if cover == user_id:
                yield self.away[absent]


NOBODY_AWAY = Rota()


def rota_at(leaves: Sequence[Leave], users: Mapping[int, Person], at: datetime) -> Rota:
    """Work out who is told in whose place at a moment; days are those of who is away."""
    away: dict[int, Leave] = {}
    for leave in leaves:
        user = users.get(leave.user_id)
        if user is None:
            continue
        today = at.astimezone(ZoneInfo(user.zone)).date()
        if leave.starts_on <= today <= leave.ends_on:
            away[leave.user_id] = leave
    found = {user_id: _final(user_id, away, users) for user_id in away}
    return Rota(away, {user_id: cover for user_id, cover in found.items() if cover is not None})


def _final(user_id: int, away: Mapping[int, Leave], users: Mapping[int, Person]) -> int | None:
    """Follow stand-ins up to one who is there; None where there is none."""
    seen = {user_id}
    cover = away[user_id].cover_id
    while cover not in seen:
        if cover not in users or not users[cover].is_active:
            return None
        if cover not in away:
            return cover
        seen.add(cover)
        cover = away[cover].cover_id
    return None
