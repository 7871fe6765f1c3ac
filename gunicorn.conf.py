"""gunicorn's settings. It listens on this machine only, unless `--bind` says otherwise.

The Procfile and the Dockerfile say `--bind 0.0.0.0:...`, as a platform's router comes from outside.
"""

import gc
import os
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.http import message

from webapp.config import Settings
from webapp.errors import SettingsError

try:
    _settings = Settings.from_env()
except SettingsError as error:
    sys.exit(str(error))

bind = f"127.0.0.1:{_settings.port}"
proc_name = "beacon"
control_socket_disable = True

# Threads wait for the database and for slow clients; processes share the work of the CPU.
worker_class = "gthread"
workers = _settings.web_concurrency
threads = 8
timeout = 30
graceful_timeout = 20
keepalive = 5

# An address that is too long shall be answered by a page that says so, not by gunicorn's bare
# "URI Too Long". gunicorn takes no limit above this constant, only none at all.
limit_request_line = 32 * 1024
message.MAX_REQUEST_LINE = limit_request_line

# The heartbeat file must not wait for a disk.
_memory = Path("/dev/shm")  # noqa: S108 -- gunicorn makes an unlinked file of its own in it
worker_tmp_dir = str(_memory) if os.access(_memory, os.W_OK) else None

# A process is renewed now and then, not all at once, so that a slow leak stays small.
max_requests = 10_000
max_requests_jitter = 1_000

preload_app = True


def when_ready(_server: Arbiter) -> None:
    """Keep what was loaded before the fork out of every later garbage collection."""
    gc.collect()
    gc.freeze()
