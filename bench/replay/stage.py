"""The house that a play runs in: Valkey, SMTP, the local server, an empty database."""

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench.replay.folder import MAILS, reserved
from bench.replay.play import Play
from bench.replay.server import Replayer
from jobs.runtime import process_app
from tests.doubles.local_server import LocalServer, serve
from tests.doubles.redis_server import running_redis
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from webapp.config import Settings
from webapp.enums import MockFallback

_KEY = "only-for-a-replay-on-this-machine"


@dataclass(frozen=True)
class Stage:
    """All that is running."""

    app: Flask
    replayer: Replayer
    server: LocalServer
    smtp: SmtpDouble


@contextmanager
def running_stage(play: Play, output: Path) -> Iterator[Stage]:
    """Start everything for the length of the block; `output` gets mails and the app's log."""
    replayer = Replayer(play, play.acts[0])
    with ExitStack() as stack:
        stack.enter_context(reserved(output))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-replay-"))
        server = stack.enter_context(serve(replayer.respond))
        smtp = stack.enter_context(serve_smtp(folder=output / MAILS))
        redis = stack.enter_context(running_redis())
        _set_environment(
            {
                "INSTANCE_DIR": folder,
                "LOG_DIR": str(output),
                "REDIS_URL": redis.url,
                "SMTP_PORT": str(smtp.port),
                **_outside(server),
            }
        )
        app = process_app()
        _log_to_file_only()
        with app.app_context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Skipped unsupported reflection")
            upgrade()
        yield Stage(app, replayer, server, smtp)


def _outside(server: LocalServer) -> dict[str, str]:
    """Return the settings that lead every provider to the local server, and no mock in."""
    return {
        "SECRET_KEY": _KEY,
        "MOCK_FALLBACK": MockFallback.OFF,
        "MONITOR_CONCURRENCY": "1",  # in turn, so that two reports can be compared
        "OUTBOUND_ALLOW_HOSTS": server.host_port,
        "SERPER_API_KEY": "replayed",
        "SERPER_BASE_URL": f"{server.url}/serper",
        "NEWS_API_KEY": "replayed",
        "NEWS_API_BASE_URL": f"{server.url}/newsapi/v2",
        "GDELT_BASE_URL": f"{server.url}/gdelt/doc",
        "SALESFORCE_CLIENT_ID": "replayed",
        "SALESFORCE_CLIENT_SECRET": "replayed",
        "SALESFORCE_LOGIN_URL": f"{server.url}/salesforce",
        "HUBSPOT_API_KEY": "replayed",
        "HUBSPOT_BASE_URL": f"{server.url}/hubspot",
        "OPENAI_API_KEY": "replayed",
        "OPENAI_BASE_URL": f"{server.url}/openai/v1",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_FROM_EMAIL": "beacon@lighthouse.example.com",
    }


def _set_environment(wanted: dict[str, str]) -> None:
    """Take every setting of this shell out, so that no real key takes part."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(wanted)


def _log_to_file_only() -> None:
    """Keep the app's log lines out of the report; they are in beacon.log beside it."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the SMTP server's own chatter
    root = logging.getLogger()
    for handler in list(root.handlers):
        if not isinstance(handler, logging.FileHandler):
            root.removeHandler(handler)
