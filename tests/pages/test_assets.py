"""Addresses of static files: they change with the file, and a missing file is found at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, current_app

from webapp.pages.assets import asset, icon_address


@pytest.fixture
def static(tmp_path: Path) -> Iterator[Path]:
    app = Flask(__name__, static_folder=tmp_path, static_url_path="/static")
    app.debug = True
    with app.app_context():
        yield tmp_path


def test_an_address_changes_with_the_file(static: Path) -> None:
    file = static / "a.css"
    file.write_text("one")
    first = asset("a.css")
    file.write_text("two, which is longer")
    assert first.startswith("/static/a.css?v=")
    assert asset("a.css") != first


def test_vendored_files_carry_their_version_in_the_name(static: Path) -> None:
    assert static.is_dir()
    assert asset("vendor/font-1.0.woff2") == "/static/vendor/font-1.0.woff2"


def test_a_missing_file_is_named(static: Path) -> None:
    assert static.is_dir()
    with pytest.raises(ValueError, match=r"no static file b\.css"):
        asset("b.css")


def test_an_unknown_icon_is_refused_while_developing_and_replaced_in_production(
    static: Path,
) -> None:
    (static / "img").mkdir()
    (static / "img/icons.svg").write_text('<svg><symbol id="bell"/><symbol id="circle"/></svg>')
    assert icon_address("bell").endswith("#bell")
    with pytest.raises(ValueError, match="no icon 'bel'"):
        icon_address("bel")
    current_app.debug = False
    assert icon_address("bel").endswith("#circle")
