"""Loads the demo workspace, once."""

from sqlalchemy import select

from webapp import clock
from webapp.config import Settings
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import Business, User
from webapp.services.demo.clients import add_clients
from webapp.services.demo.crm import write_risk
from webapp.services.demo.events import write_event
from webapp.services.demo.mail_troubles import add_mail_troubles
from webapp.services.demo.noise import teach, write_reports
from webapp.services.demo.people import DEMO_EMAIL, DEMO_PASSWORD, add_business, add_people
from webapp.services.demo.runs import note_last_runs, plan_runs, write_failed_run, write_run
from webapp.services.demo.schedules import add_schedules
from webapp.services.demo.stories import STORIES
from webapp.services.demo.telling import act, tell
from webapp.services.demo.webhooks import add_webhook
from webapp.services.demo.wishes import add_wishes
from webapp.services.passwords import Passwords
from webapp.services.transactions import atomic

_IN_TROUBLE = 6
"""The client whose CRM calls for help: its renewal is nearest."""


class DemoService:
    """Makes the demo workspace."""

    def __init__(self, *, settings: Settings) -> None:
        self._settings = settings

    def seed(self) -> bool:
        """Load the workspace and return True, or False when it is there already.

        Raises ConflictError where this deployment is no demo, or its admin's address is taken.
        """
        if not self._settings.demo:
            raise ConflictError("This is no demo workspace: the demo is loaded only with DEMO=1.")
        password_hash = Passwords().hash(DEMO_PASSWORD)
        with atomic():
            if db.session.scalar(select(Business.id).where(Business.is_demo).limit(1)):
                return False
            if db.session.scalar(select(User.id).where(User.email == DEMO_EMAIL)):
                raise ConflictError(f"{DEMO_EMAIL} belongs to an account that is not the demo's.")
            self._write(password_hash)
        return True

    def _write(self, password_hash: str) -> None:
        session, now = db.session(), clock.now()
        business = add_business(session)
        users = add_people(session, business, password_hash=password_hash)
        clients = add_clients(session, business, users, today=now.date())
        schedules = add_schedules(session, business, users, clients, now=now)
        runs, events, of_day = [], [], {}
        for plan in plan_runs(schedules, clients, STORIES, now=now):
            run = write_run(session, plan, all_clients=clients)
            runs.append(run)
            if plan.stories:
                of_day[plan.days] = run
            events += [
                write_event(session, story, clients[story.client], run) for story in plan.stories
            ]
        events.append(write_risk(session, clients[_IN_TROUBLE], of_day[min(of_day)]))
        write_failed_run(session, schedules[-1], now=now)
        note_last_runs(runs, schedules)
        write_reports(session, clients, events, of_day)
        add_wishes(session, users, now=now)
        tell(session, events, users, settings=self._settings)
        teach(session, events, users[1])
        act(session, [each for each in events if each.hidden_at is None], users, now=now)
        add_mail_troubles(session, users, settings=self._settings, now=now)
        add_webhook(session, users[0], events, settings=self._settings, now=now)
