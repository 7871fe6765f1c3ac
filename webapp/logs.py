"""Logging: standard output as text or JSON, with request, run and job ids, and no secrets."""

import json
import logging
import logging.handlers
import re
import sys
from contextvars import ContextVar
from pathlib import Path

from webapp import clock
from webapp.config import Settings
from webapp.errors import SettingsError

request_id: ContextVar[str] = ContextVar("request_id", default="-")
job_run_id: ContextVar[str] = ContextVar("job_run_id", default="-")

_SECRET = re.compile(
    r"(?i)(bearer\s+|basic\s+|(?:api[-_]?key|token|secret|password|key|cx)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,;]{6,}"
)
_KNOWN_KEYS = re.compile(r"\b(sk-[A-Za-z0-9_*-]{8,}|bcn_[A-Za-z0-9_-]{8,}|xkeysib-\S+)")
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")


def redact(text: str) -> str:
    """Return the text with everything that looks like a secret taken out."""
    text = _URL_PASSWORD.sub(r"\1:[hidden]@", text)
    text = _SECRET.sub(r"\1[hidden]", text)
    return _KNOWN_KEYS.sub("[hidden]", text)


class _Formatter(logging.Formatter):
    def __init__(self, style: str) -> None:
        super().__init__()
        self._style_name = style

    def format(self, record: logging.LogRecord) -> str:
        message = redact(record.getMessage())
        if record.exc_info:
            message += "\n" + redact(self.formatException(record.exc_info))
        fields = {
            "time": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": request_id.get(),
            "job_run_id": job_run_id.get(),
            "message": message,
        }
        if self._style_name == "json":
            return json.dumps(fields)
        ids = " ".join(f"{k}={v}" for k, v in fields.items() if k.endswith("_id") and v != "-")
        start = f"{fields['time']} {record.levelname:7} {record.name}"
        return f"{start} {ids} {message}" if ids else f"{start} {message}"


def _file_in(folder: Path) -> logging.Handler:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return logging.handlers.RotatingFileHandler(
            folder / "beacon.log", maxBytes=10_000_000, backupCount=5
        )
    except OSError as error:
        raise SettingsError(f"LOG_DIR: {folder} cannot be written ({error.strerror})") from None


def configure_logging(settings: Settings) -> None:
    """Send all logs to standard output, and to `LOG_DIR/beacon.log` where that is set.

    Raises SettingsError when that folder cannot be made or written.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    if settings.log_dir is not None:
        handlers.append(_file_in(settings.log_dir))
    for handler in handlers:
        handler.setFormatter(_Formatter(settings.log_format))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    for noisy in (
        "httpx",
        "httpx2",
        "httpcore",
        "httpcore2",
        "openai",
        "anthropic",
        "alembic",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Its warnings quote whole addresses, keys and all
    logging.getLogger("urllib3").setLevel(logging.ERROR)
