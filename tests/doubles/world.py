"""The services of the pipeline over scripted providers and a list for a queue."""

from dataclasses import dataclass, field
from functools import cached_property

from tests.doubles.chats import ScriptedChats
from tests.doubles.providers import ScriptedAI, ScriptedCRM, ScriptedSearch
from tests.doubles.queues import DictTimetable, ListQueue
from tests.doubles.webhooks import ScriptedWebhooks
from webapp.assembly import Outside, Services, assemble
from webapp.config import Settings
from webapp.enums import AIName, CRMName, RunTrigger, SourceName
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.providers.base import ChatSender, WebhookSender
from webapp.providers.crm.csv_accounts import CsvCRMProvider
from webapp.providers.http import HttpClient
from webapp.providers.mail.console import ConsoleProvider
from webapp.providers.ping import Ping
from webapp.services.transactions import atomic


@dataclass
class World:
    """What a test may script, and the services built over it."""

    settings: Settings
    sources: list[ScriptedSearch] = field(default_factory=lambda: [ScriptedSearch()])
    crms: list[ScriptedCRM] = field(default_factory=lambda: [ScriptedCRM()])
    models: list[ScriptedAI] = field(default_factory=lambda: [ScriptedAI()])
    mock: ScriptedSearch = field(default_factory=lambda: ScriptedSearch(name=SourceName.MOCK))
    mock_crm: ScriptedCRM = field(default_factory=lambda: ScriptedCRM(name=CRMName.MOCK))
    rules: ScriptedAI = field(default_factory=lambda: ScriptedAI(name=AIName.RULES))
    queue: ListQueue = field(default_factory=ListQueue)
    timetable: DictTimetable = field(default_factory=DictTimetable)
    webhooks: WebhookSender = field(default_factory=ScriptedWebhooks)
    chats: ChatSender = field(default_factory=ScriptedChats)
    ping_url: str = ""
    others: list[ScriptedAI] = field(default_factory=list)
    """Models beside those that are set, by their names."""

    @property
    def source(self) -> ScriptedSearch:
        """The first source."""
        return self.sources[0]

    @property
    def model(self) -> ScriptedAI:
        """The first model."""
        return self.models[0]

    @cached_property
    def services(self) -> Services:
        """The product's services over what was scripted."""
        outside = Outside(
            sources=self.sources,
            mock_source=self.mock,
            crms=self.crms,
            imported_crm=CsvCRMProvider(),
            mock_crm=self.mock_crm,
            models=self.models,
            rules=self.rules,
            mail=ConsoleProvider(self.settings.instance_dir / "mails"),
            other_model=self.other_model,
            webhooks=self.webhooks,
            chats=self.chats,
            ping=Ping(http=HttpClient(), url=self.ping_url),
        )
        return assemble(self.settings, self.queue, timetable=self.timetable, outside=outside)

    def other_model(self, name: AIName, model: str) -> ScriptedAI:
        """Give the scripted model of that name, else one that answers as the first."""
        named = (each for each in self.others if each.model == model)
        return next(named, ScriptedAI(name=name, model=model))

    def run(self, schedule: AutomationSchedule, **config: object) -> JobRun:
        """Run a schedule to its end, here and now, past the cache of searches."""
        with atomic():
            run = self.services.ledger.create_run(
                schedule, trigger=RunTrigger.MANUAL, config={"bypass_cache": True, **config}
            )
        ended = self.services.engine.execute_client_monitoring_job(run.id)
        db.session.rollback()
        return ended
