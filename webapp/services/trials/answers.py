"""Builds the answers about trials from what was found."""

from webapp.schemas.trials import (
    ToldAnswer,
    TrialAnswer,
    TrialCountsAnswer,
    TrialDetailAnswer,
    TrialItemAnswer,
)
from webapp.services.trials.queries import ItemView, TrialView, counts_of, told_by

_NAMED = ("created_by", "decided_by")
_OF_ITEM = tuple(name for name in TrialItemAnswer.model_fields if name != "client_name")


def trial_answer(view: TrialView) -> TrialAnswer:
    """Return one trial of a list."""
    own = [name for name in TrialAnswer.model_fields if name not in _NAMED]
    values = {name: getattr(view.trial, name) for name in own}
    return TrialAnswer(**values, created_by=view.created_by, decided_by=view.decided_by)


def trial_detail_answer(view: TrialView) -> TrialDetailAnswer:
    """Return one trial with what it found."""
    trial_id = view.trial.id
    return TrialDetailAnswer(
        **trial_answer(view).model_dump(),
        counts=TrialCountsAnswer.model_validate(counts_of(trial_id)),
        told=[ToldAnswer.model_validate(each) for each in told_by(trial_id)],
    )


def trial_item_answer(view: ItemView) -> TrialItemAnswer:
    """Return one row of a trial."""
    values = {name: getattr(view.item, name) for name in _OF_ITEM}
    return TrialItemAnswer(**values, client_name=view.client_name)
