"""Who may see a page: every view is either signed in, with a permission, or public by name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import g
from flask.typing import ResponseReturnValue

from webapp.extensions import login_manager
from webapp.services.access import Actor, Permission
from webapp.tenancy import across_businesses
from webapp.visitors import visitor

P = ParamSpec("P")
PERMISSION = "beacon_permission"
"""Attribute of a view: the permission it asks for, or None for a public one."""


def signed_in(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Actor, P], ResponseReturnValue]], Callable[P, Any]]:
    """Give the view its actor; without a session go to the sign-in page, without the right 403."""

    def decorate(
        view: Callable[Concatenate[Actor, P], ResponseReturnValue],
    ) -> Callable[P, Any]:
        @wraps(view)
        def wrapper(*args: P.args, **values: P.kwargs) -> Any:  # noqa: ANN401 -- Flask's answer
            found = visitor()
            if found is None:
                return login_manager.unauthorized()
            g.actor, g.time_zone = found.actor, found.actor.zone  # for layouts and time filters
            found.actor.require(permission)
            return view(found.actor, *args, **values)

        setattr(wrapper, PERMISSION, permission)
        return wrapper

    return decorate


def public(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark a view that anybody may see, so that none is public by oversight.

    What such a view reads it finds by a secret that the visitor holds, in whichever business.
    """

    @wraps(view)
    def wrapper(*args: P.args, **values: P.kwargs) -> ResponseReturnValue:
        with across_businesses():
            return view(*args, **values)

    setattr(wrapper, PERMISSION, None)
    return wrapper
