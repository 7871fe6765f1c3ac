"""How trials are built: what judges stored rows anew, and what adopts it."""

from webapp.assembly.parts import Knowledge, Outside, People
from webapp.config import Settings
from webapp.queueing import JobQueue
from webapp.services.trials.adopting import TrialAdopting
from webapp.services.trials.classifier import TrialClassifiers
from webapp.services.trials.job import TrialJobs
from webapp.services.trials.judging import TrialJudging
from webapp.services.trials.ledger import TrialLedger
from webapp.services.trials.new_events import NewEvents
from webapp.services.trials.runner import TrialRunner
from webapp.services.trials.service import TrialService
from webapp.services.trials.told import TrialTold
from webapp.services.webhooks.outbox import WebhookOutbox


def build_trials(
    settings: Settings,
    queue: JobQueue,
    *,
    outside: Outside,
    people: People,
    knowledge: Knowledge,
    webhooks: WebhookOutbox,
) -> TrialService:
    """Build the service of trials with what its workers need."""
    ledger = TrialLedger(queue=queue, settings=settings)
    classifiers = TrialClassifiers(
        models=outside.models,
        other_model=outside.other_model,
        ai=knowledge.ai,
        settings=settings,
    )
    runner = TrialRunner(
        ledger=ledger,
        jobs=TrialJobs(preferences=people.preferences, classifiers=classifiers, settings=settings),
        judging=TrialJudging(
            search=knowledge.search,
            accounts=knowledge.ai_accounts,
            ledger=ledger,
            settings=settings,
        ),
        adopting=TrialAdopting(
            ledger=ledger,
            search=knowledge.search,
            told=TrialTold(
                notifications=people.notifications,
                email=people.email,
                webhooks=webhooks,
                chats=people.chats,
            ),
            new_events=NewEvents(),
        ),
    )
    return TrialService(ledger=ledger, classifiers=classifiers, runner=runner)
