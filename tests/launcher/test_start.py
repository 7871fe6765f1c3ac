"""From `make run` to the address that it prints."""

import os
import signal
import socket
import stat
from collections.abc import Callable

import pytest
from redis import Redis

from tests.launcher.project import Launch, Project, wait

Start = Callable[..., Launch]
READY = "Beacon is ready"
PRINT_SETTINGS = """\
import os, time
names = ("DEMO", "PORT", "PUBLIC_URL", "INSTANCE_DIR", "SECRET_KEY", "SMTP_HOST")
print(*(f"{name}={os.environ.get(name)}" for name in names), "done", sep="\\n", flush=True)
time.sleep(600)
"""


NOTE_STEPS = """\
import os, sqlite3, sys
with open("steps", "a") as file:
    print(*sys.argv[3:], file=file)
sqlite3.connect(os.environ["INSTANCE_DIR"] + "/beacon.sqlite3").execute(
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)"
)
"""
NONSENSE = """\
class SettingsError(Exception): pass
class Settings:
    @staticmethod
    def from_env(): raise SettingsError("SHARD_SIZE: must be a number")
"""


def settings_of_worker(project: Project, launch: Start, **environment: str) -> dict[str, str]:
    project.replace("jobs/worker.py", PRINT_SETTINGS)
    started = launch(project, **environment)
    started.wait_for("| done")
    started.wait_for(READY)
    started.ends(signal.SIGTERM)
    lines = [line.partition("| ")[2] for line in started.output.splitlines()]
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_a_start_ends_with_the_address_and_the_demo_sign_in(
    project: Project, launch: Start
) -> None:
    started = launch(project)
    started.wait_for("Ctrl-C ends it.")
    assert f"http://127.0.0.1:{project.port}\n" in started.output
    assert "ana@example.com with the password beacon-demo" in started.output


def test_every_line_bears_the_name_of_its_process(project: Project, launch: Start) -> None:
    started = launch(project)
    started.wait_for("worker    | here")
    started.wait_for("scheduler | here")


def test_children_get_the_settings_that_were_missing(project: Project, launch: Start) -> None:
    settings = settings_of_worker(project, launch)
    assert settings["DEMO"] == "1"
    assert settings["PUBLIC_URL"] == f"http://127.0.0.1:{project.port}"
    assert settings["INSTANCE_DIR"] == str(project.folder / "instance")
    assert len(settings["SECRET_KEY"]) >= 32


def test_the_secret_key_is_kept_for_its_owner_only(project: Project, launch: Start) -> None:
    first = settings_of_worker(project, launch)["SECRET_KEY"]
    kept = project.folder / "instance" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert settings_of_worker(project, launch)["SECRET_KEY"] == first


def test_the_env_file_counts_and_the_environment_wins_over_it(
    project: Project, launch: Start
) -> None:
    key = "k" * 40
    (project.folder / ".env").write_text(f"SMTP_HOST=from.file\nSECRET_KEY='{key}'\n")
    settings = settings_of_worker(project, launch, SMTP_HOST="from.shell")
    assert settings["SECRET_KEY"] == key
    assert settings["SMTP_HOST"] == "from.shell"


def test_a_database_of_ones_own_gets_no_demo_sign_in(project: Project, launch: Start) -> None:
    started = launch(project, DATABASE_URL="postgresql://127.0.0.1/own")
    started.wait_for("Ctrl-C ends it.")
    assert "beacon-demo" not in started.output


def test_what_valkey_holds_outlives_a_restart(project: Project, launch: Start) -> None:
    for value in (None, b"kept"):
        started = launch(project)
        started.wait_for(READY)
        with Redis.from_url(redis_url(project)) as redis:
            assert redis.get("word") == value
            redis.set("word", "kept")
        started.ends(signal.SIGTERM)
        (project.folder / "output.txt").unlink()


def test_valkey_asks_for_a_password_and_never_evicts(project: Project, launch: Start) -> None:
    launch(project).wait_for(READY)
    with Redis.from_url(redis_url(project)) as redis:
        assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert redis.config_get("requirepass")["requirepass"]


def redis_url(project: Project) -> str:
    text = (project.folder / "instance" / "valkey" / "server.conf").read_text()
    config = dict(line.split(" ", 1) for line in text.splitlines())
    return f"redis://:{config['requirepass']}@127.0.0.1:{config['port']}/0"


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8 0"])
def test_a_port_that_is_none_is_refused_by_name(project: Project, launch: Start, port: str) -> None:
    started = launch(project, PORT=port)
    assert started.ends() == 1
    assert "PORT must be a number from 1 to 65535" in started.output


def test_a_port_in_use_is_one_sentence(project: Project, launch: Start) -> None:
    with socket.create_server(("127.0.0.1", project.port)):
        started = launch(project)
        assert started.ends() == 1
    assert started.output.count("\n") == 1
    assert f"Port {project.port} is in use" in started.output


def test_a_second_start_is_one_sentence(project: Project, launch: Start) -> None:
    first = launch(project)
    first.wait_for("Ctrl-C ends it.")
    second = launch(project)
    assert second.ends() == 1
    last = second.output.splitlines()[-1]
    assert f"already runs from this folder (process {first.process.pid}" in last
    assert first.process.poll() is None


def test_a_redis_that_does_not_answer_is_one_sentence(project: Project, launch: Start) -> None:
    started = launch(project, REDIS_URL="redis://:secret@127.0.0.1:1/0")
    assert started.ends() == 1
    assert "REDIS_URL is set, but nothing answers at 127.0.0.1:1" in started.output
    assert "secret" not in started.output


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Project, launch: Start) -> None:
    (project.folder / "instance").write_text("a file is in the way")
    started = launch(project)
    assert started.ends() == 1
    assert "instance cannot be made" in started.output


def test_a_migration_that_fails_shows_why_and_leaves_nothing(
    project: Project, launch: Start
) -> None:
    project.replace("flask/__main__.py", "import sys\nsys.exit('no such revision')")
    started = launch(project)
    assert started.ends() == 1
    assert "no such revision\n" in started.output
    assert "The database could not be migrated" in started.output
    assert started.survivors() == []


def test_a_second_start_leaves_out_what_was_done(project: Project, launch: Start) -> None:
    project.replace("flask/__main__.py", NOTE_STEPS)
    for _ in range(2):
        started = launch(project)
        started.wait_for(READY)
        started.ends(signal.SIGTERM)
        (project.folder / "output.txt").unlink()
    assert (project.folder / "steps").read_text() == "db upgrade\nseed-demo\n"


def test_a_setting_that_became_nonsense_is_named_at_a_second_start(
    project: Project, launch: Start
) -> None:
    project.replace("flask/__main__.py", NOTE_STEPS)
    first = launch(project)
    first.wait_for(READY)
    first.ends(signal.SIGTERM)
    project.replace("gunicorn/__main__.py", "import sys\nsys.exit('a long traceback')")
    project.replace("webapp/config.py", NONSENSE)
    second = launch(project)
    assert second.ends() == 1
    assert second.output.endswith("Beacon did not start: SHARD_SIZE: must be a number\n")


def test_a_setting_that_is_nonsense_is_named(project: Project, launch: Start) -> None:
    project.replace("flask/__main__.py", "import sys\nsys.exit('a long traceback')")
    project.replace("webapp/config.py", NONSENSE)
    started = launch(project)
    assert started.ends() == 1
    assert started.output == "Beacon did not start: SHARD_SIZE: must be a number\n"


def test_a_process_that_ends_before_all_are_ready_ends_the_start(
    project: Project, launch: Start
) -> None:
    project.replace("gunicorn/__main__.py", "import time\ntime.sleep(600)")
    project.replace("jobs/scheduler.py", "import sys\nsys.exit('no clock')")
    started = launch(project)
    assert started.ends() == 1
    assert "scheduler | no clock" in started.output
    assert "The scheduler process ended with status 1" in started.output
    assert started.survivors() == []


def test_a_process_that_ends_later_is_started_again(project: Project, launch: Start) -> None:
    started = launch(project)
    started.wait_for(READY)
    started.wait_for("worker    | here")
    os.kill(pid_of(started, "jobs.worker"), signal.SIGKILL)
    started.wait_for("The worker process ended by signal 9: starting it again.")
    wait(lambda: started.output.count("worker    | here") == 2)
    assert started.process.poll() is None


def test_a_process_that_keeps_ending_ends_beacon(project: Project, launch: Start) -> None:
    project.replace("jobs/worker.py", "import time\ntime.sleep(0.4)")
    started = launch(project)
    assert started.ends() == 1
    assert "The worker process ended 4 times within a minute" in started.output
    assert started.survivors() == []


def pid_of(started: Launch, module: str) -> int:
    return next(pid for pid, command in started.processes().items() if module in command)
