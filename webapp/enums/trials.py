"""Trials: a classifier over stored rows, looked at before it is adopted."""

from enum import StrEnum


class TrialStatus(StrEnum):
    """Where a trial stands."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ADOPTING = "adopting"
    ADOPTED = "adopted"
    DISCARDED = "discarded"

    @property
    def is_active(self) -> bool:
        """True while a worker has something to do for it."""
        return self in (TrialStatus.QUEUED, TrialStatus.RUNNING, TrialStatus.ADOPTING)


class TrialStop(StrEnum):
    """Why a trial did not come to all of its rows."""

    COST_CAP = "cost_cap"
    BUDGET = "budget"
    CLASSIFIER_FAILED = "classifier_failed"
    CLASSIFIER_CHANGED = "classifier_changed"


class TrialKind(StrEnum):
    """What judging one stored row anew would make of it."""

    WAITING = "waiting"
    CHANGED = "changed"
    NEW_EVENT = "new_event"
    SAME = "same"
    NO_EVENT = "no_event"
    FAILED = "failed"


class TrialAdoption(StrEnum):
    """What became of a shown difference once the trial was adopted."""

    DONE = "done"
    SKIPPED = "skipped"
