"""Reads the report out of the database, the server's journal and the folder of mails."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import func, select

from bench.replay.collecting_clients import client_findings
from bench.replay.findings import ActFindings, Findings, Row
from bench.replay.play import Act, Play
from bench.replay.server import Reply
from webapp.enums import EmailStatus, MailProviderName, Provenance, RunStatus
from webapp.extensions import db
from webapp.models import CrmSnapshot, EmailLog, Event, EventRawData, JobRun, JobRunClient

_COUNTS = (
    "clients_total", "clients_failed", "searches", "results", "raw_rows", "duplicates", "events",
    "deferred", "notifications", "emails", "insights", "ai_calls",
)  # fmt: skip
_ENDED_WELL = (RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.DEGRADED)


def collect(
    play: Play, runs: Mapping[str, uuid.UUID], *, journal: list[Reply], mails: Path
) -> Findings:
    """Return the report of a play; what should not be in it is listed as a problem."""
    files = _files_by_message_id(mails)
    ends = [*(act.at for act in play.acts[1:]), None]
    acts = [
        _act(act, runs[act.title], end=end, journal=journal, files=files)
        for act, end in zip(play.acts, ends, strict=True)
    ]
    provenance = {
        "raw rows": _by_provenance(EventRawData),
        "events": _by_provenance(Event),
        "CRM answers": _by_provenance(CrmSnapshot),
    }
    providers = Counter(str(log.provider) for log in db.session.scalars(select(EmailLog)))
    pending = _pending_mails()
    return Findings(
        play=play.name,
        acts=acts,
        made=_made(journal),
        provenance=provenance,
        mail_providers=dict(providers),
        pending_mails=pending,
        problems=[*_problems(acts, provenance, providers, pending=pending)],
    )


def _act(
    act: Act,
    run_id: uuid.UUID,
    *,
    end: datetime | None,
    journal: list[Reply],
    files: Mapping[str, str],
) -> ActFindings:
    run = db.session.get_one(JobRun, run_id)
    rows = db.session.scalars(
        select(JobRunClient)
        .where(JobRunClient.job_run_id == run_id)
        .order_by(JobRunClient.client_name)
    )
    return ActFindings(
        title=act.title,
        day=f"{act.at:%Y-%m-%d %H:%M} UTC",
        status=run.status.value,
        reason=run.reason.value if run.reason else None,
        seconds=run.seconds,
        counts={name: getattr(run, name) for name in _COUNTS},
        clients=[client_findings(row) for row in rows],
        mails=_mails(act.at, end, files),
        answered=_answered(act, journal),
    )


def _answered(act: Act, journal: Iterable[Reply]) -> list[Row]:
    replies = Counter(reply for reply in journal if reply.act == act.title)
    ordered = sorted(replies, key=lambda reply: (reply.service, reply.client, reply.file))
    return [
        {
            "service": reply.service,
            "client": reply.client,
            "file": reply.file,
            "status": int(reply.status),
            "made": reply.made,
            "times": replies[reply],
        }
        for reply in ordered
    ]


def _made(journal: Iterable[Reply]) -> list[Row]:
    made = Counter((reply.made, reply.file) for reply in journal if reply.made)
    return [
        {"what": what, "envelope": file, "times": times} for (what, file), times in made.items()
    ]


def _mails(since: datetime, until: datetime | None, files: Mapping[str, str]) -> list[Row]:
    query = select(EmailLog).where(EmailLog.created_at >= since).order_by(EmailLog.created_at)
    if until is not None:
        query = query.where(EmailLog.created_at < until)
    return [
        {
            "to": log.recipient_email,
            "type": log.email_type.value,
            "subject": log.subject,
            "status": log.status.value,
            "error": log.error_message,
            "file": files.get(log.message_id),
        }
        for log in db.session.scalars(query)
    ]


def _files_by_message_id(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.glob("*.eml")):
        found[str(message_from_bytes(path.read_bytes())["Message-ID"])] = path.name
    return found


def _by_provenance(model: type[EventRawData | Event | CrmSnapshot]) -> dict[str, int]:
    query = select(model.provenance, func.count()).group_by(model.provenance)
    return {str(provenance): count for provenance, count in db.session.execute(query).tuples()}


def _pending_mails() -> int:
    query = select(func.count()).where(EmailLog.status == EmailStatus.PENDING)
    return db.session.scalar(query) or 0


def _problems(
    acts: Iterable[ActFindings],
    provenance: Mapping[str, Mapping[str, int]],
    providers: Mapping[str, int],
    *,
    pending: int,
) -> Iterable[str]:
    for act in acts:
        if act.status not in _ENDED_WELL:
            yield f"the run “{act.title}” ended {act.status}"
        yield from (f"no file holds the mail “{m['subject']}”" for m in act.mails if not m["file"])
    for what, counts in provenance.items():
        if set(counts) - {Provenance.LIVE}:
            yield f"{what} are not all live: {counts}"
    if set(providers) - {MailProviderName.SMTP}:
        yield f"mails did not all leave by SMTP: {dict(providers)}"
    if pending:
        yield f"{pending} mails are still waiting"
