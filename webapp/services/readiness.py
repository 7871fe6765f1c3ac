"""Whether everything that Beacon needs is there, each part by its name."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import PROJECT_ROOT
from webapp.enums import ProcessKind
from webapp.extensions import db
from webapp.services.liveness import Liveness, liveness

MIGRATIONS = PROJECT_ROOT / "migrations"
_NO_DATABASE = "cannot be told while the database does not answer"


@dataclass(frozen=True)
class Check:
    """One part: whether it is well, and in words what is the matter or how it stands."""

    ok: bool
    message: str


def check_database() -> dict[str, Check]:
    """Check what the database knows: itself, its migrations, and the other processes."""
    try:
        db.session.execute(text("SELECT 1"))
        found = {
            "database": Check(ok=True, message="answers"),
            "migrations": _migrations(),
            **_processes(),
        }
    except SQLAlchemyError as error:
        return without_database(type(error).__name__)
    finally:
        db.session.rollback()
    return found


def without_database(reason: str) -> dict[str, Check]:
    """Return the checks of a database that does not answer."""
    unknown = Check(ok=False, message=_NO_DATABASE)
    return {
        "database": Check(ok=False, message=f"does not answer ({reason})"),
        "migrations": unknown,
        "scheduler": unknown,
        "worker": unknown,
    }


@lru_cache(maxsize=1)
def newest_revision() -> str | None:
    """Return the revision that this code expects."""
    if not MIGRATIONS.is_dir():
        return None
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _migrations() -> Check:
    wanted = newest_revision()
    if not inspect(db.engine).has_table("alembic_version"):
        return Check(ok=False, message="were never run: flask --app wsgi db upgrade")
    current = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    if current != wanted:
        message = f"at {current}, this code wants {wanted}: flask --app wsgi db upgrade"
        return Check(ok=False, message=message)
    return Check(ok=True, message=f"at {current}")


def _processes() -> dict[str, Check]:
    try:
        alive = liveness()
    except SQLAlchemyError:  # no tables yet; the migrations' check says so
        db.session.rollback()
        alive = Liveness({})
    worker = Check(ok=alive.worker_is_alive, message=_seen(alive.age(ProcessKind.WORKER)))
    return {"scheduler": _scheduler(alive), "worker": worker}


def _scheduler(alive: Liveness) -> Check:
    seen = _seen(alive.age(ProcessKind.SCHEDULER))
    if not alive.scheduler_is_alive or alive.tick_is_alive:
        return Check(ok=alive.scheduler_is_alive, message=seen)
    message = f"{seen}, but its tick {_seen(alive.age(ProcessKind.TICK), verb='was last done')}"
    return Check(ok=False, message=message)


def _seen(age: timedelta | None, *, verb: str = "seen") -> str:
    if age is None:
        return "was never seen"
    return f"{verb} {age.total_seconds():.0f} s ago"
