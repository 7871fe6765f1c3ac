"""Who a browser's cookie belongs to, through Flask-Login; sessions themselves are rows of ours."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, redirect, request, session, url_for
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from webapp import tenancy
from webapp.container import services, work_for
from webapp.enums import Theme
from webapp.extensions import htmx, login_manager
from webapp.services.access import Actor
from webapp.services.actors import actor_of

_SECRET = "sid"  # noqa: S105 -- the name of the cookie's entry
_SAFE = {"GET", "HEAD"}


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The signed-in user of this request, as they were when it came in."""

    actor: Actor
    name: str
    email: str
    theme: Theme
    single_keys_enabled: bool

    @property
    def id(self) -> int:
        """The user's id, as Flask-Login asks for it."""
        return self.actor.user_id


def init_app(app: Flask) -> None:
    """Tell Flask-Login how to find the visitor, and where to send who is none."""
    login_manager.session_protection = None  # ours is the row, which is not tied to an address
    login_manager.request_loader(_load)
    login_manager.unauthorized_handler(_ask_to_sign_in)
    login_manager.init_app(app, add_context_processor=False)  # it would load even for error pages


def visitor() -> Visitor | None:
    """Return the signed-in user of this request, or None."""
    return cast("Visitor", current_user) if current_user.is_authenticated else None


def remember(secret: str) -> None:
    """Put a new session's secret into the cookie, and nothing that was there before."""
    session.clear()
    session.permanent = True
    session[_SECRET] = secret


def own_secret() -> str:
    """Return the secret of this browser's session."""
    return str(session.get(_SECRET, ""))


def forget() -> None:
    """End this browser's session on both sides."""
    secret = session.get(_SECRET)
    session.clear()
    if secret:
        with tenancy.across_businesses():
            services().accounts.sign_out(secret)


def _load(_request: Request) -> Visitor | None:
    secret = session.get(_SECRET)
    if not isinstance(secret, str):
        return None
    with tenancy.across_businesses():
        user = services().accounts.user_of_session(secret)
    if user is None:
        return None
    tenancy.enter(user.business_id, user.id)
    work_for(user.business_id)
    return Visitor(
        actor=actor_of(user),
        name=user.name,
        email=user.email,
        theme=user.theme,
        single_keys_enabled=user.single_keys_enabled,
    )


def _ask_to_sign_in() -> Response:
    """Lead to the sign-in page and back; htmx is led by a header, or it would swap the page in."""
    wanted = request.full_path.rstrip("?") if request.method in _SAFE and not htmx else None
    address = url_for("auth.sign_in", next=wanted if wanted != "/" else None)
    if not htmx:
        return redirect(address, code=303)
    return Response(status=401, headers={"HX-Redirect": address})
