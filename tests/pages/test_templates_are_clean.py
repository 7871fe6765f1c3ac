"""Templates keep to what our content security policy lets through, and use what exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from webapp.enums import Category, CategoryGroup, ClientRunStatus, EmailStatus, RunStatus
from webapp.pages import assets, formatting

ROOT = Path(__file__).parents[2]
# Mails have their own rules: their styles are inline because mail programs want them so.
MAILS = (ROOT / "templates" / "email").rglob("*.html")
PAGES = sorted({*(ROOT / "templates").rglob("*.html")} - {*MAILS})
BANNED = {
    "inline style": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)",
    "inline handler": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
    "hx-on": r"\bhx[-_]on\b",
    "eval in hx-vals": r"hx[-_](?:vals|headers)\s*=\s*[\"']?\s*(?:js|javascript):",
    "trigger filter": r"hx[-_]trigger\s*=\s*(?:\"[^\"]*\[|'[^']*\[)",
    "javascript address": r"(?:href|action|src)\s*=\s*[\"']?\s*javascript:",
    "unescaped text": r"\|\s*safe\b|\bautoescape\s+false",
    "script from elsewhere": r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"']https?:",
}
LINE_LIMIT = 300
OWN_FILES = sorted(
    path
    for folder, endings in (("templates", ("html", "txt")), ("static", ("css", "js")))
    for ending in endings
    for path in (ROOT / folder).rglob(f"*.{ending}")
    if "vendor" not in path.parts
)


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_a_template_has_nothing_that_the_policy_blocks(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    found = {what: hit[0] for what, rule in BANNED.items() if (hit := re.search(rule, text))}
    assert found == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color: red">', "inline style"),
        ("<script>alert(1)</script>", "inline script"),
        ('<b onclick="x()">', "inline handler"),
        ('<b hx-on:click="x()">', "hx-on"),
        ("<b hx-vals='js:{a: 1}'>", "eval in hx-vals"),
        ('<b hx-trigger="click[ctrlKey]">', "trigger filter"),
        ("{{ text|safe }}", "unescaped text"),
        ('<script src="https://elsewhere.example/x.js">', "script from elsewhere"),
    ],
)
def test_what_is_banned_is_found(text: str, what: str) -> None:
    assert re.search(BANNED[what], text)


@pytest.mark.parametrize("path", OWN_FILES, ids=names(OWN_FILES))
def test_a_file_stays_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINE_LIMIT


def test_every_icon_that_is_named_as_such_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="([a-z0-9-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    rule = r"""\bicon(?:_name)?["']?\s*(?:\(|=|:)\s*["']([a-z0-9-]+)["']"""
    used = {name for path in PAGES for name in re.findall(rule, path.read_text())}
    assert used - sprite == set()


def test_styles_and_scripts_load_nothing_from_elsewhere() -> None:
    for path in OWN_FILES:
        if path.suffix in (".css", ".js"):
            text = path.read_text()
            assert not re.search(r"@import|url\([\"']?https?:|\beval\(|new Function\(", text), path


@pytest.fixture
def app() -> Flask:
    """The templates with their filters, without pages."""
    made = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    assets.register(made)
    formatting.register(made)
    return made


def macros() -> Iterator[str]:
    hidden = {"nav.html", "ui.html"}
    internal = {"described_by", "below", "label_text", "from_table", "figures"}
    for path in (ROOT / "templates/components").glob("[a-z]*.html"):
        if path.name not in hidden:
            yield from set(re.findall(r"{%-? macro (\w+)\(", path.read_text())) - internal


def test_every_macro_is_offered_under_one_name(app: Flask) -> None:
    module = app.jinja_env.get_template("components/ui.html").module
    assert {name for name in macros() if not hasattr(module, name)} == set()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("CATEGORIES", list(Category)),
        ("GROUPS", list(CategoryGroup)),
        ("RUNS", [*RunStatus, *ClientRunStatus]),
        ("MAILS", list(EmailStatus)),
    ],
)
def test_every_word_of_a_vocabulary_has_its_tag(app: Flask, table: str, words: list[str]) -> None:
    module = app.jinja_env.get_template("components/tag.html").module
    assert {str(word) for word in words} <= set(getattr(module, table))
