"""One question to one model: past its gate, within its time, in parts where it is too much."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TypeVar

from webapp import clock
from webapp.enums import AIName, AiPurpose
from webapp.errors import ProviderError, ProviderTimeoutError
from webapp.providers.ai.questions import TooMuchAtOnceError, UnusableAnswerError
from webapp.providers.ai.vendor_errors import RequestTooLargeError
from webapp.providers.base import (
    AIProvider,
    ClassifyAnswer,
    ClassifyRequest,
    InsightAnswer,
    LanguageModel,
    Usage,
)
from webapp.services.ai_calls import CallRecord
from webapp.services.provider_names import label_of
from webapp.services.source_gate import SourceGate, Tally

ITEMS_AT_ONCE = 28
"""More reports than this would get an answer that is cut off."""
NOTHING = Usage(calls=0)
AnswerT = TypeVar("AnswerT")


@dataclass
class Attempt:
    """What asking one model takes, until it answered or failed for good."""

    name: AIName
    gate: SourceGate
    deadline: float
    tally: Tally = field(default_factory=Tally)
    lost: Usage = NOTHING
    """What answers cost that are of no use."""

    def ask(self, call: Callable[[], AnswerT]) -> AnswerT:
        """Call, again where that makes sense; raise ProviderError.

        An answer that is of no use speaks of no outage.
        """
        seconds = self.deadline - clock.monotonic()
        if seconds <= 0:
            raise ProviderTimeoutError(f"{label_of(self.name)} took too long.")

        def kept() -> AnswerT | UnusableAnswerError:
            try:
                return call()
            except UnusableAnswerError as error:
                return error

        answer = self.gate.call(self.name, kept, seconds=seconds, tally=self.tally)
        if isinstance(answer, UnusableAnswerError):
            self.lost += answer.usage
            raise answer
        return answer

    def usage(self, of_answer: Usage = NOTHING) -> Usage:
        """Return all that was used, with the calls that really left."""
        both = of_answer + self.lost
        return replace(both, calls=max(both.calls, self.tally.calls))


def classify_in_parts(
    attempt: Attempt, model: AIProvider, request: ClassifyRequest
) -> ClassifyAnswer:
    """Ask about all reports at once, and about halves of them where that is too much.

    A half that fails leaves its verdicts out; raises ProviderError where no half has any.
    """
    if len(request.items) <= ITEMS_AT_ONCE:
        try:
            return attempt.ask(lambda: model.classify(request))
        except (TooMuchAtOnceError, RequestTooLargeError):
            if len(request.items) == 1:
                raise
    answers = []
    failure: ProviderError | None = None
    for part in _halves(request):
        try:
            answers.append(classify_in_parts(attempt, model, part))
        except ProviderError as error:
            failure = error
            if error.account_wide:
                break
    if failure is not None and not answers:
        raise failure
    return _joined(answers)


def parts_of(request: ClassifyRequest) -> list[ClassifyRequest]:
    """Return the requests that all reports take, if none of them is too much."""
    if len(request.items) <= ITEMS_AT_ONCE:
        return [request]
    return [each for half in _halves(request) for each in parts_of(half)]


def _halves(request: ClassifyRequest) -> tuple[ClassifyRequest, ClassifyRequest]:
    middle = ceil(len(request.items) / 2)
    first, second = request.items[:middle], request.items[middle:]
    return replace(request, items=first), replace(request, items=second)


def _joined(answers: list[ClassifyAnswer]) -> ClassifyAnswer:
    verdicts = tuple(verdict for answer in answers for verdict in answer.verdicts)
    usage = sum((answer.usage for answer in answers), start=NOTHING)
    return replace(answers[0], verdicts=verdicts, usage=usage)


def record_of(
    model: LanguageModel,
    purpose: AiPurpose,
    attempt: Attempt,
    started: float,
    ending: ClassifyAnswer | InsightAnswer | ProviderError,
) -> CallRecord:
    """Return one question's line in the books."""
    seconds = clock.monotonic() - started
    if isinstance(ending, ProviderError):
        error = str(ending)[:300]
        return CallRecord(model.name, model.model, purpose, attempt.usage(), seconds, error)
    usage = attempt.usage(ending.usage)
    return CallRecord(ending.provider, ending.model, purpose, usage, seconds)
