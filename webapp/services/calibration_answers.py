"""Builds the answers about calibrations from what the service found."""

from webapp.schemas.calibrations import (
    CalibrationAnswer,
    CorrectionAnswer,
    LearnedAnswer,
    MovedAnswer,
    PreviewAnswer,
    PreviewQuery,
    ShiftAnswer,
    SwitchAnswer,
)
from webapp.services.calibration_formula import Cell
from webapp.services.calibration_preview import Preview
from webapp.services.calibrations import Learned, Version


def calibration_answer(version: Version) -> CalibrationAnswer:
    """Return one version."""
    plain = ("id", "version", "learned_at", "learned_by", "since", "events", "is_on")
    return CalibrationAnswer(
        **{name: getattr(version, name) for name in plain},
        shifts=[_shift(cell) for cell in version.cells],
        corrections=[CorrectionAnswer.model_validate(each) for each in version.corrections],
        switches=[SwitchAnswer.model_validate(each) for each in version.switches],
    )


def learned_answer(learned: Learned) -> LearnedAnswer:
    """Return a version and whether it is new."""
    return LearnedAnswer(**calibration_answer(learned.version).model_dump(), is_new=learned.is_new)


def preview_answer(found: Preview, query: PreviewQuery, *, next_after: str | None) -> PreviewAnswer:
    """Return the counts of a preview and a part of its events, with the cursor of the next one."""
    counts = ("since", "events", "lost", "gained", "lost_although_useful")
    insights = ("insights_lost", "insights_gained")
    part = found.moved[query.skip : query.skip + query.limit]
    return PreviewAnswer(
        **{name: getattr(found, name) for name in (*counts, *insights)},
        moved_total=len(found.moved),
        moved=[MovedAnswer.model_validate(each) for each in part],
        skip=query.skip,
        limit=query.limit,
        next_after=next_after,
    )


def _shift(cell: Cell) -> ShiftAnswer:
    return ShiftAnswer(
        category=cell.category,
        tier=cell.tier,
        useful=cell.counts.useful,
        not_relevant=cell.counts.not_relevant,
        shift=cell.shift,
        reason=cell.reason,
    )
