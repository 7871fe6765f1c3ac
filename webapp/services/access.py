"""Who may do what, and what they may see: roles, ownership and the tenant's wall."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Select, select

from webapp.enums import Role, TokenScope
from webapp.errors import ForbiddenError, NotFoundError
from webapp.extensions import Base, db

ModelT = TypeVar("ModelT", bound=Base)


class Permission(StrEnum):
    """Every act that a role may or may not do."""

    VIEW = "view"
    CHANGE_OWN_STATE = "change_own_state"
    GIVE_FEEDBACK = "give_feedback"
    GENERATE_INSIGHTS = "generate_insights"
    EDIT_SCHEDULES = "edit_schedules"
    RUN_SCHEDULES = "run_schedules"
    EDIT_CLIENTS = "edit_clients"
    VIEW_TEAM_MAIL = "view_team_mail"
    VIEW_TEAM_DECISIONS = "view_team_decisions"
    EDIT_ANY_SCHEDULE = "edit_any_schedule"
    ADMINISTER = "administer"


_VIEWER = {Permission.VIEW, Permission.CHANGE_OWN_STATE}
_CSM = _VIEWER | {
    Permission.GIVE_FEEDBACK,
    Permission.GENERATE_INSIGHTS,
    Permission.EDIT_SCHEDULES,
    Permission.RUN_SCHEDULES,
    Permission.EDIT_CLIENTS,
}
_MANAGER = _CSM | {
    Permission.VIEW_TEAM_MAIL,
    Permission.VIEW_TEAM_DECISIONS,
    Permission.EDIT_ANY_SCHEDULE,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset(_VIEWER),
    Role.CSM: frozenset(_CSM),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(Permission),
}
_SCOPE_NEEDED: dict[Permission, TokenScope] = {
    Permission.VIEW: TokenScope.READ,
    Permission.VIEW_TEAM_MAIL: TokenScope.READ,
    Permission.VIEW_TEAM_DECISIONS: TokenScope.READ,
    Permission.ADMINISTER: TokenScope.ADMIN,
}


@dataclass(frozen=True)
class Actor:
    """Somebody who asks for something: a user by session or token."""

    user_id: int
    business_id: uuid.UUID
    role: Role
    zone: str = "UTC"
    scopes: frozenset[TokenScope] = field(default_factory=lambda: frozenset(TokenScope))

    def can(self, permission: Permission) -> bool:
        """Tell whether role and scopes allow it."""
        needed = _SCOPE_NEEDED.get(permission, TokenScope.WRITE)
        return permission in PERMISSIONS[self.role] and needed in self.scopes

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless role and scopes allow it."""
        if not self.can(permission):
            act = permission.value.replace("_", " ")
            raise ForbiddenError(f"Your role or token does not allow this ({act}). Ask an admin.")


def scoped(model: type[ModelT], business_id: uuid.UUID) -> Select[ModelT]:
    """Select rows of one business only: the start of every query on behalf of a user."""
    owner = model.__table__.c.business_id
    return select(model).where(owner == business_id)


def get_owned(model: type[ModelT], object_id: uuid.UUID | int, business_id: uuid.UUID) -> ModelT:
    """Return the row of this business, or raise NotFoundError: a foreign one is unknown too."""
    key = model.__table__.c.id
    found = db.session.scalar(scoped(model, business_id).where(key == object_id))
    if found is None:
        raise NotFoundError(f"There is no {_noun(model)} with this id.")
    return found


def _noun(model: type[Base]) -> str:
    return str(model.__tablename__).removesuffix("s").replace("_", " ")
