"""What the e-mail page draws: links that keep its filters, chips and chart figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from webapp import clock
from webapp.enums import EmailStatus, EmailType
from webapp.schemas.email_logs import EmailPageQuery, EmailPeriod
from webapp.services.email_logs import EmailFigures

Link = Callable[..., str]
TYPE_NAMES = {
    EmailType.EVENT_NOTIFICATION: "Event notifications",
    EmailType.DIGEST: "Digests",
    EmailType.ALERT: "Alerts",
    EmailType.SYSTEM: "System mails",
}
STATUS_NAMES = {
    EmailStatus.SENT: "Sent",
    EmailStatus.PENDING: "Waiting",
    EmailStatus.FAILED: "Failed",
    EmailStatus.BOUNCED: "Bounced",
}
_PERIOD_NAMES = {
    EmailPeriod.WEEK: "7 days",
    EmailPeriod.MONTH: "30 days",
    EmailPeriod.QUARTER: "90 days",
    EmailPeriod.ALL: "All",
}


@dataclass(frozen=True)
class EmailView:
    """Everything of the page that follows from its filters and figures."""

    link: Link
    periods: list[tuple[str, str, bool]]
    status_chips: list[dict[str, Any]]
    type_chips: list[dict[str, Any]]
    by_type: list[tuple[str, int, str]]
    days: list[tuple[str, int]]
    kept: dict[str, str]


def with_period(query: EmailPageQuery, zone: str) -> EmailPageQuery:
    """Return the query with its period turned into a start date."""
    if query.period is EmailPeriod.ALL:
        return query
    today: date = clock.now().astimezone(ZoneInfo(zone)).date()
    start = today - timedelta(days=int(query.period) - 1)
    return query.model_copy(update={"start_date": start})


def view(query: EmailPageQuery, figures: EmailFigures, *, keeps_mails: bool = False) -> EmailView:
    """Build the page's links, chips and chart figures; mails that only stay here are kept."""
    names = STATUS_NAMES | ({EmailStatus.SENT: "Kept"} if keeps_mails else {})
    link = _linker(query)
    counts = {status: getattr(figures.stats, status.value) for status in STATUS_NAMES}
    by_type = figures.stats.by_type
    return EmailView(
        link=link,
        periods=_periods(query, link),
        status_chips=_chips("status", names, query.status, link=link, counts=counts),
        type_chips=_chips("email_type", TYPE_NAMES, query.email_type, link=link, counts={}),
        by_type=[(TYPE_NAMES[EmailType(name)], count, "accent") for name, count in by_type.items()],
        days=[(f"{day.day} {day:%b}", count) for day, count in figures.days],
        kept={k: v for k, v in _filters(query).items() if k not in {"recipient_email", "skip"}},
    )


def _filters(query: EmailPageQuery) -> dict[str, str]:
    """Return the filters that differ from their defaults, as the address shows them."""
    values = query.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    if query.start_date or query.end_date:
        values.pop("period", None)
    return {name: str(value) for name, value in values.items()}


def _linker(query: EmailPageQuery) -> Link:
    current = {name: value for name, value in _filters(query).items() if name != "skip"}

    def link(**changes: Any) -> str:  # noqa: ANN401 -- any filter's value
        values = {**current, **changes}
        return url_for("email.index", **{k: v for k, v in values.items() if v not in (None, "", 0)})

    return link


def _periods(query: EmailPageQuery, link: Link) -> list[tuple[str, str, bool]]:
    has_dates = query.start_date is not None or query.end_date is not None
    return [
        (
            link(period=period.value, start_date=None, end_date=None),
            name,
            period is query.period and not has_dates,
        )
        for period, name in _PERIOD_NAMES.items()
    ]


def _chips(
    field: str,
    names: dict[Any, str],
    chosen: EmailStatus | EmailType | None,
    *,
    link: Link,
    counts: dict[Any, int],
) -> list[dict[str, Any]]:
    """Return one chip a value and one for all of them."""
    everything = "All types" if field == "email_type" else "Every status"
    chips = [{"text": everything, "href": link(**{field: None}), "current": chosen is None}]
    for value, name in names.items():
        chip: dict[str, Any] = {
            "text": name,
            "href": link(**{field: value.value}),
            "current": value is chosen,
        }
        chips.append(chip | ({"count": counts[value]} if value in counts else {}))
    return chips
