"""Trying a key: one small question to its service, and what came of it."""

from collections.abc import Sequence

from webapp import clock
from webapp.enums import AiPurpose, SourceName
from webapp.errors import ConflictError, NotFoundError, ProviderAuthError, ProviderError
from webapp.models import Business
from webapp.providers.base import (
    ClassifyItem,
    ClassifyRequest,
    CRMProvider,
    LanguageModel,
    SearchProvider,
    SearchTarget,
)
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.own_keys import FIELDS
from webapp.services.provider_names import label_of
from webapp.services.source_gate import SourceGate
from webapp.services.transactions import atomic, snapshot

_NAME = "Reuters"
"""Somebody of whom there is always news."""
_ITEM = ClassifyItem("1", "Example opens an office", "Example opened an office on Monday.")


class KeyChecks:
    """Asks one service with the key that is set; needs no run."""

    def __init__(
        self,
        *,
        sources: Sequence[SearchProvider],
        crms: Sequence[CRMProvider],
        models: Sequence[LanguageModel],
        gate: SourceGate,
        accounts: AiAccounts,
    ) -> None:
        self._sources = {each.name: each for each in sources}
        self._crms = {each.name: each for each in crms}
        self._models = {each.name: each for each in models}
        self._gate = gate
        self._accounts = accounts

    def check(self, actor: Actor, provider: str) -> str:
        """Ask a service once and return a sentence; what kept it from being asked is over then.

        Raises ConflictError with what it said where it fails, and NotFoundError where it takes
        no key or has none.
        """
        with snapshot():  # gives the connection back before the service is asked
            actor.require(Permission.ADMINISTER)
        if provider not in FIELDS:
            raise NotFoundError("There is no such service.")
        try:
            told = self._ask(actor, provider)
        except ProviderError as error:
            self._gate.note(provider, error)
            is_refused = isinstance(error, ProviderAuthError)
            what = "does not take the key" if is_refused else "did not answer as it should"
            raise ConflictError(f"{label_of(provider)} {what}: {error}") from None
        self._gate.try_again(provider)
        self._gate.note(provider, None)
        return told

    def _ask(self, actor: Actor, provider: str) -> str:
        if provider in self._crms:
            crm = self._crms[provider]  # type: ignore[index]  # a name of the family
            _require(is_set=crm.is_configured())
            return f"{label_of(provider)} answers as {crm.check().account}."
        if provider in self._models:
            return self._ask_model(actor, provider)
        target = SearchTarget(client_id="", name=_NAME)
        source = self._sources[SourceName(provider)]
        _require(is_set=source.is_configured_for(target))
        found = len(source.search(target, since=None))
        return f"{label_of(provider)} answers: a search found {found}."

    def _ask_model(self, actor: Actor, provider: str) -> str:
        model = self._models[provider]  # type: ignore[index]  # a name of the family
        _require(is_set=model.is_configured())
        started = clock.monotonic()
        answer = model.classify(ClassifyRequest("Example", (), None, (_ITEM,)))
        record = CallRecord(
            model.name, model.model, AiPurpose.CLASSIFY, answer.usage, clock.monotonic() - started
        )
        with atomic():
            business = get_owned(Business, actor.business_id, actor.business_id)
            limits = self._accounts.limits_of(business)
            self._accounts.book([record], Caller(actor.business_id), limits=limits)
        return f"{label_of(provider)} answers with {answer.model}."


def _require(*, is_set: bool) -> None:
    if not is_set:
        raise NotFoundError("No key is set for this service.")
