"""What protects every answer: headers, cookies, limits, and trust in proxies."""

import re
import uuid
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from webapp import logs
from webapp.config import Settings
from webapp.services.sessions import ABSOLUTE

MAX_BODY_BYTES = 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000"
REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PER_REQUEST = ("_login_user", "csrf_token", "csrf_valid", "actor", "time_zone")
_MAX_INTEGER = 2**31 - 1


class SmallInteger(IntegerConverter):
    """The `int` of a path: what no id column can hold is no id, and so 404."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- Werkzeug's signature
        options.setdefault("max", _MAX_INTEGER)
        super().__init__(*args, **options)


def configure(app: Flask, settings: Settings) -> None:
    """Set cookies and limits. A page served over https gets a cookie bound to its host."""
    secure = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="__Host-beacon" if secure else "beacon",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE,
        REMEMBER_COOKIE_NAME="beacon_unused",  # sessions live on our side; see services/sessions
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open still saves
    )
    app.url_map.converters["int"] = SmallInteger
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def init_app(app: Flask, settings: Settings) -> None:
    """Give each request an id and each answer its headers."""
    secure = settings.public_url.startswith("https://")

    @app.before_request
    def start() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        logs.request_id.set(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        for name in _PER_REQUEST:  # one app context may serve several requests in turn
            g.pop(name, None)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers[REQUEST_ID_HEADER] = logs.request_id.get()
        response.vary.add("Cookie")
        if response.mimetype == "text/html":
            response.vary.add("HX-Request")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response
