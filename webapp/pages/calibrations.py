"""Calibration: what feedback taught about relevance, what that would have changed, its switch."""

import uuid

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import ConflictError
from webapp.pages.access import signed_in
from webapp.pages.htmx import redirect_hx, toast
from webapp.services.access import Actor, Permission
from webapp.services.calibration_formula import CAP, PRIOR, Cell
from webapp.services.calibration_preview import DAYS, Moved
from webapp.services.calibration_votes import WINDOW
from webapp.services.calibrations import Version

bp = Blueprint("calibrations", __name__)
MOST_SHOWN = 20


@bp.get("/business/calibration")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """List the versions, and offer to learn where there is something new."""
    calibrations = services().calibrations
    return render_template(
        "calibrations/index.html",
        versions=calibrations.list(actor),
        is_outdated=calibrations.is_outdated(actor),
        cap=CAP,
        days=WINDOW.days,
    )


@bp.post("/business/calibration")
@signed_in(Permission.ADMINISTER)
def learn(actor: Actor) -> ResponseReturnValue:
    """Keep what feedback teaches now, and show what it would have changed."""
    try:
        learned = services().calibrations.learn(actor)
    except ConflictError as error:
        return toast(redirect_hx(url_for("calibrations.index")), error.detail, kind="error")
    text = "Learned. Nothing changes until you switch it on."
    if not learned.is_new:
        text = f"Nothing new since version {learned.version.version}."
    return toast(redirect_hx(_address(learned.version.id)), text)


@bp.get("/business/calibration/<uuid:calibration_id>")
@signed_in(Permission.ADMINISTER)
def detail(actor: Actor, calibration_id: uuid.UUID) -> ResponseReturnValue:
    """Show one version: its shifts, and the last 30 days as they would have looked."""
    version = services().calibrations.get(actor, calibration_id)
    found = services().calibrations.preview(actor, calibration_id)
    return render_template(
        "calibrations/detail.html",
        version=version,
        shown_cells=[each for each in version.cells if _tells_more(each, version)],
        preview=found,
        crossing=[each for each in found.moved if each.is_crossing][:MOST_SHOWN],
        silent=_silent(found.moved),
        days=DAYS,
        window=WINDOW.days,
        cap=CAP,
        prior=PRIOR,
    )


@bp.post("/business/calibration/<uuid:calibration_id>/<any(on,off):state>")
@signed_in(Permission.ADMINISTER)
def switch(actor: Actor, calibration_id: uuid.UUID, state: str) -> ResponseReturnValue:
    """Switch a version on or off."""
    calibrations = services().calibrations
    if state == "on":
        version = calibrations.switch_on(actor, calibration_id)
        text = f"Version {version.version} is on. It moves every event found from now on."
    else:
        version = calibrations.switch_off(actor, calibration_id)
        text = f"Version {version.version} is off. Feedback moves nothing any more."
    return toast(redirect_hx(_address(version.id)), text)


def _tells_more(cell: Cell, version: Version) -> bool:
    """Tell whether a cell is a category's own, or a tier's that is moved otherwise."""
    whole = version.shifts.cell_for(cell.category, None)
    return cell is whole or whole is None or cell.shift != whole.shift


def _silent(moved: tuple[Moved, ...]) -> int:
    """Count the events that would have moved without anybody hearing more or less."""
    return sum(not each.is_crossing for each in moved)


def _address(calibration_id: uuid.UUID) -> str:
    return url_for("calibrations.detail", calibration_id=calibration_id)
