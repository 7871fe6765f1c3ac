"""Addresses of static files that change whenever the file does, so browsers may keep them."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app

VERSION_LENGTH = 12
SPRITE = "img/icons.svg"
STAND_IN = "circle"


def asset(path: str) -> str:
    """Return the address of a file below `static/`, with a version taken from its content.

    Files of `vendor/` carry their version in their name, and style sheets name them without one,
    so they get no second version. A file that is not there is a mistake in a template: ValueError.
    """
    folder, prefix = current_app.static_folder, current_app.static_url_path
    if folder is None or prefix is None:
        raise ValueError("The app has no static folder.")
    file = Path(folder, path)
    if path.startswith("vendor/"):
        return f"{prefix}/{path}"
    changed = file.stat().st_mtime_ns if current_app.debug and file.is_file() else 0
    return f"{prefix}/{path}?v={_version(file, changed)}"


def icon_address(name: str) -> str:
    """Return the address of an icon in the sprite.

    One that the sprite lacks is a mistake: ValueError while developing and testing, and a plain
    circle in production, where a page is worth more than its icon.
    """
    address = asset(SPRITE)
    if name not in _icons(Path(str(current_app.static_folder), SPRITE), address):
        if current_app.debug or current_app.testing:
            raise ValueError(f"The sprite has no icon {name!r}: run bin/vendor-assets --icons.")
        name = STAND_IN
    return f"{address}#{name}"


@lru_cache(maxsize=2)
def _icons(sprite: Path, _version: str) -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))


@lru_cache(maxsize=512)
def _version(file: Path, _changed: int) -> str:
    """Return a short digest of the file; `_changed` only makes a changed file a new question."""
    if not file.is_file():
        raise ValueError(f"There is no static file {file.name} in {file.parent.name}/.")
    return hashlib.sha256(file.read_bytes()).hexdigest()[:VERSION_LENGTH]


def register(app: Flask) -> None:
    """Make `asset()` and `icon_address()` known to all templates, macros included."""
    app.jinja_env.globals.update(asset=asset, icon_address=icon_address)
