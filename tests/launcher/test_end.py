"""However a start ends, no process of it is left."""

import signal
import time
from collections.abc import Callable

import pytest

from tests.launcher.project import Launch, Project, wait

Start = Callable[..., Launch]
READY = "Beacon is ready"
STUBBORN = """\
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
WITH_RUNAWAY = """\
import os, time
if os.fork() == 0:
    os.setsid()
    print("away", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asking_a_running_beacon_ends_all_of_it(
    project: Project, launch: Start, signum: signal.Signals
) -> None:
    started = launch(project)
    started.wait_for(READY)
    assert started.ends(signum) == 0
    assert started.survivors() == []
    assert started.output.endswith("Beacon has ended.\n")


def test_asking_twice_changes_nothing(project: Project, launch: Start) -> None:
    started = launch(project)
    started.wait_for(READY)
    started.process.send_signal(signal.SIGINT)
    assert started.ends(signal.SIGINT) == 0
    assert started.survivors() == []


def test_asking_half_way_ends_what_was_started(project: Project, launch: Start) -> None:
    project.replace("flask/__main__.py", "import time\nopen('migrating', 'w')\ntime.sleep(600)")
    started = launch(project)
    wait((project.folder / "migrating").exists)
    assert started.ends(signal.SIGTERM) == 128 + signal.SIGTERM
    assert started.survivors() == []


@pytest.mark.slow
def test_a_child_that_does_not_listen_is_ended_within_ten_seconds(
    project: Project, launch: Start
) -> None:
    project.replace("jobs/worker.py", STUBBORN)
    started = launch(project)
    started.wait_for("deaf")
    started.wait_for(READY)
    asked = time.monotonic()
    started.ends(signal.SIGTERM)
    assert time.monotonic() - asked < 10
    assert started.survivors() == []


def test_a_grandchild_in_a_session_of_its_own_is_ended_too(project: Project, launch: Start) -> None:
    project.replace("jobs/worker.py", WITH_RUNAWAY)
    started = launch(project)
    started.wait_for("away")
    started.wait_for(READY)
    started.ends(signal.SIGTERM)
    assert started.survivors() == []


def test_killing_the_launcher_outright_ends_its_children(project: Project, launch: Start) -> None:
    project.replace("jobs/worker.py", WITH_RUNAWAY)
    started = launch(project)
    started.wait_for("away")
    started.wait_for(READY)
    started.ends(signal.SIGKILL)
    wait(lambda: not started.survivors())


def test_a_new_start_works_at_once_after_a_kill(project: Project, launch: Start) -> None:
    first = launch(project)
    first.wait_for(READY)
    first.ends(signal.SIGKILL)
    wait(lambda: not first.survivors())
    (project.folder / "output.txt").unlink()
    second = launch(project)
    second.wait_for(READY)
    assert second.ends(signal.SIGTERM) == 0
