"""The application factory: extensions, doors, error answers and commands."""

from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from webapp import api, cli, container, failures, pages, security, storage, tenancy, visitors
from webapp.config import PROJECT_ROOT, Settings
from webapp.extensions import compress, csrf, htmx, mail
from webapp.logs import configure_logging

STATIC = PROJECT_ROOT / "static"
_YEAR = 31_536_000


def create_app(settings: Settings | None = None, *, patient: bool = False) -> Flask:
    """Build the app; `patient` is for worker and scheduler, which may wait for Redis.

    Without settings they are read from the environment. Raises SettingsError.
    """
    settings = settings or Settings.from_env()
    configure_logging(settings)
    app = Flask(
        "webapp",
        root_path=str(PROJECT_ROOT),
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(STATIC),
        instance_path=str(settings.instance_dir.absolute()),
    )
    security.configure(app, settings)
    storage.init_app(app, settings, patient=patient)
    security.init_app(app, settings)
    tenancy.init_app(app)
    _init_extensions(app)
    container.init_app(app, settings, patient=patient)
    visitors.init_app(app)
    failures.init_app(app)
    api.init_app(app)
    pages.init_app(app)
    cli.init_app(app)
    _serve_static(app)
    return app


def _init_extensions(app: Flask) -> None:
    csrf.init_app(app)
    compress.init_app(app)
    htmx.init_app(app)
    mail.init_app(app)


def _serve_static(app: Flask) -> None:
    """Serve static files, with the same headers as pages; their addresses carry a hash."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=_YEAR,
        add_headers_function=_add_headers,
    )


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    for name, value in security.HEADERS.items():
        headers.add_header(name, value)
