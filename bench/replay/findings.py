"""What a play left behind, as plain values: the report in the shape of its JSON file."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class ClientFindings:
    """One client of one run."""

    name: str
    owner: str
    status: str
    seconds: float | None
    notices: list[str]
    sources: list[Row]
    crm: Row | None
    raw_rows: list[Row]
    events: list[Row]


@dataclass(frozen=True)
class ActFindings:
    """One run: its figures, its clients, its mails and what the server answered meanwhile."""

    title: str
    day: str
    status: str
    reason: str | None
    seconds: float | None
    counts: dict[str, int]
    clients: list[ClientFindings]
    mails: list[Row]
    answered: list[Row]


@dataclass(frozen=True)
class Findings:
    """The whole report."""

    play: str
    acts: list[ActFindings]
    made: list[Row]
    provenance: dict[str, dict[str, int]]
    mail_providers: dict[str, int]
    pending_mails: int
    problems: list[str] = field(default_factory=list)
