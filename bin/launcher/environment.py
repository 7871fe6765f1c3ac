"""The variables that the children get: the caller's, those of `.env`, and what is missing."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from bin.launcher.errors import StartError

_QUOTES = "\"'"
_COMMENT = " #"


def read_env_file(file: Path) -> dict[str, str]:
    """Return the variables of a `.env` file; none when there is no file.

    A line is `NAME=value`, with or without `export` and quotes; ` #` starts a comment.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}."
        raise StartError(message) from None
    pairs = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, mark, value = line.removeprefix("export ").partition("=")
        if not mark or not name.strip().isidentifier():
            message = f"{file}, line {number}, is not NAME=value."
            raise StartError(message)
        pairs[name.strip()] = _unquoted(value.strip())
    return pairs


def effective(given: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return `given` on top of what `file` says; an empty variable counts as not given."""
    set_ones = {name: value for name, value in given.items() if value.strip()}
    return {**read_env_file(file), **set_ones}


def instance_folder(variables: Mapping[str, str], project: Path) -> Path:
    """Return the absolute folder for what the embedded default writes."""
    return (project / variables.get("INSTANCE_DIR", "instance")).absolute()


def secret_key(folder: Path) -> str:
    """Return the key kept in `folder`, made at the first start and readable by its owner only."""
    file = folder / "secret_key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}."
        raise StartError(message) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as output:
        output.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def for_children(
    variables: Mapping[str, str], *, port: int, folder: Path, redis_url: str
) -> dict[str, str]:
    """Return the whole environment of Beacon's processes.

    The demo workspace belongs to the embedded database: with a DATABASE_URL of the caller's it is
    loaded only when the caller says DEMO=1.
    """
    filled = {
        "DEMO": "0" if variables.get("DATABASE_URL") else "1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": variables.get("SECRET_KEY") or secret_key(folder),
        **variables,
        "INSTANCE_DIR": str(folder),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "REDIS_URL": redis_url,
    }
    for name in ("PYTHONHOME", "PYTHONPATH"):
        filled.pop(name, None)
    return filled


def has_demo(environment: Mapping[str, str]) -> bool:
    """Whether this start loads the demo workspace and so has its sign-in."""
    return environment["DEMO"].lower() in {"1", "true", "yes", "on"}


def _unquoted(value: str) -> str:
    for quote in _QUOTES:
        if value.startswith(quote) and quote in value[1:]:
            return value[1 : value.index(quote, 1)]
    return "" if value.startswith("#") else value.split(_COMMENT, 1)[0].rstrip()
