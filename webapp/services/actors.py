"""Turns a stored user into the actor that services ask for."""

from collections.abc import Iterable

from webapp.enums import TokenScope
from webapp.models import User
from webapp.services.access import Actor


def actor_of(user: User, scopes: Iterable[str] = tuple(TokenScope)) -> Actor:
    """Return the user as an actor; a browser's session has every scope, a token its own."""
    return Actor(
        user_id=user.id,
        business_id=user.business_id,
        role=user.role,
        zone=user.zone,
        scopes=frozenset(TokenScope(each) for each in scopes),
    )
