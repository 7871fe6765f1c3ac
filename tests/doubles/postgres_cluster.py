"""A throw-away PostgreSQL server, tuned for tests: nothing is flushed, nothing survives."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.doubles.postgres_binaries import Account, Binaries, server_account
from tests.doubles.processes import (
    ServerNotReadyError,
    die_with_parent,
    fast_folder,
    free_port,
    stop,
    wait_until,
)

_SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "unix_socket_directories": "",
    "wal_level": "minimal",
}


@contextmanager
def running_cluster(binaries: Binaries) -> Iterator[str]:
    """Give the address of a new server's own database; it is gone afterwards."""
    folder = fast_folder("beacon-postgres-")
    try:
        account = server_account()
        if account and binaries.private:
            binaries = binaries.copied_to(folder)
        if account:
            os.chown(folder, account.uid, account.gid)
        _initialise(binaries, folder, account=account)
        process, url = _start(binaries, folder, account=account)
        try:
            yield url
        finally:
            stop(process, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Binaries, folder: Path, *, account: Account | None) -> None:
    options = ("--auth=trust", "--username=beacon", "--encoding=UTF8", "--locale=C", "--no-sync")
    done = subprocess.run(
        [binaries.folder / "initdb", "--pgdata", folder / "data", *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=_environment(),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        message = f"initdb failed: {done.stderr}"
        raise ServerNotReadyError(message)


def _start(
    binaries: Binaries, folder: Path, *, account: Account | None
) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    log = folder / "log"
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries.folder / "postgres", "-D", folder / "data", "-p", str(port), *settings],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=_environment(),
            preexec_fn=die_with_parent,  # noqa: PLW1509 -- one prctl call, started from the main thread
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    url = f"postgresql://beacon@127.0.0.1:{port}/postgres"
    wait_until(lambda: _accepts(url), process, log)
    return process, url


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
