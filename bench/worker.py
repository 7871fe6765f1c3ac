"""One worker process of the pipeline benchmark: sets itself up, runs, measures itself."""

import gc
import json
import os
import resource
import time

from jobs.processes import limit_malloc_arenas
from webapp.app import create_app
from webapp.container import services
from webapp.enums import JobType, Role, RunStatus, RunTrigger, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, JobRunClient, User
from webapp.services.transactions import atomic


def prepare(clients: int, feeds: str) -> AutomationSchedule:
    """Make a business with so many clients, five users and a schedule."""
    db.create_all()
    with atomic() as session:
        business = Business(name="Bench", timezone="UTC")
        session.add(business)
        session.flush()
        session.add_all(
            User(
                business_id=business.id,
                email=f"user{number}@example.com",
                name=f"User {number}",
                role=Role.CSM,
            )
            for number in range(5)
        )
        for number in range(clients):
            name = f"Company {number:05d}"
            slug = name.replace(" ", "-")
            session.add(
                Client(
                    business_id=business.id,
                    name=name,
                    feed_urls=[f"{feeds}/{slug}"],
                    crm_account_id=f"001{number:012d}",
                )
            )
        schedule = AutomationSchedule(
            business_id=business.id,
            name="Bench",
            job_type=JobType.CLIENT_MONITORING,
            schedule_type=ScheduleType.MANUAL,
            config={},
        )
        session.add(schedule)
    return schedule


def main() -> None:
    """Run all clients once and print seconds, processor time and peak memory as JSON."""
    limit_malloc_arenas()
    app = create_app(patient=True)
    with app.app_context():
        schedule = prepare(int(os.environ["BENCH_CLIENTS"]), os.environ["BENCH_FEEDS"])
        with atomic():
            run = services().ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
        services().engine.load()  # as a worker does before it forks
        gc.collect()
        gc.freeze()
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.monotonic()
        ended = services().engine.execute_client_monitoring_job(run.id)
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_SELF)
        if ended.status is not RunStatus.COMPLETED:
            notices = {note for row in db.session.query(JobRunClient) for note in row.notices}
            raise SystemExit(f"the run ended {ended.status}: {sorted(notices)[:5]}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        figures = {
            "seconds": seconds,
            "cpu_seconds": cpu,
            "peak_mb": after.ru_maxrss / 1024,
            "events": ended.events,
            "insights": ended.insights,
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
