"""The overview: what needs somebody, what was found, how the machine is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from webapp.enums import CategoryGroup, ClientStatus
from webapp.extensions import db
from webapp.models import Client, ClientMember
from webapp.services.access import Actor, Permission
from webapp.services.event_rows import EventRow
from webapp.services.overview_automation import Automation, automation
from webapp.services.overview_chart import DayCount, by_group, hourly, per_day
from webapp.services.overview_figures import Figures, figures, needs
from webapp.services.overview_scope import recent_since


class Scope(StrEnum):
    """Whose clients the overview is about."""

    ME = "me"
    TEAM = "team"


@dataclass(frozen=True)
class FirstSteps:
    """What a new workspace has already."""

    has_clients: bool
    has_schedules: bool
    has_runs: bool
    has_events: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.has_clients and self.has_schedules and self.has_events


@dataclass(frozen=True)
class Overview:
    """Everything that the page shows."""

    scope: Scope
    can_choose_scope: bool
    figures: Figures
    needs: Sequence[EventRow]
    needs_since: date
    by_group: dict[CategoryGroup, int]
    per_day: Sequence[DayCount]
    automation: Automation
    first_steps: FirstSteps


class OverviewService:
    """Gathers the overview in a constant number of queries."""

    def load(self, actor: Actor, *, scope: Scope | None = None) -> Overview:
        """Return the overview of the actor's own clients or of all the team's.

        Without a wish it is about one's own; about all for a manager, an admin, and somebody
        who has none.
        """
        actor.require(Permission.VIEW)
        has_clients_of_own = _has_clients_of_own(actor)
        leads = actor.can(Permission.VIEW_TEAM_DECISIONS)
        chosen = scope or (Scope.ME if has_clients_of_own and not leads else Scope.TEAM)
        clients_of = actor.user_id if chosen is Scope.ME else None
        buckets = hourly(actor, clients_of)
        machine = automation(actor)
        counted, clients = figures(actor, clients_of)
        return Overview(
            scope=chosen,
            can_choose_scope=has_clients_of_own,
            figures=counted,
            needs=needs(actor, clients_of),
            needs_since=recent_since(actor),
            by_group=by_group(buckets),
            per_day=per_day(buckets, actor.zone),
            automation=machine,
            first_steps=FirstSteps(
                has_clients=clients > 0,
                has_schedules=machine.total > 0,
                has_runs=machine.last_run is not None,
                has_events=bool(buckets),
            ),
        )


def _has_clients_of_own(actor: Actor) -> bool:
    found = (
        select(ClientMember.client_id)
        .join(Client, Client.id == ClientMember.client_id)
        .where(
            ClientMember.user_id == actor.user_id,
            Client.business_id == actor.business_id,
            Client.status == ClientStatus.ACTIVE,
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
