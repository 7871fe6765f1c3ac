"""Every route of the app, with addresses that name the rows of a given business."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.access.two_businesses import Filled
from webapp.extensions import db
from webapp.pages.access import PERMISSION
from webapp.services.access import Permission

TABLE_OF = {
    "account_id": "crm_accounts",
    "log_id": "email_logs",
    "raw_id": "event_raw_data",
    "run_id": "job_runs",
}
"""Whose key a variable of a path is, where the table's name does not say so by itself."""
PLAIN = {
    "address": "nobody@example.com",
    "filename": "css/base.css",
    "name": "serper",
    "provider": "hubspot",
    "token": "none",
}
ENDS_THE_SESSION = {"auth.end_session"}
_VARIABLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>]+)>")
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Route:
    """One method of one rule."""

    method: str
    rule: str
    endpoint: str
    permission: Permission | None

    @property
    def is_api(self) -> bool:
        """Whether it answers with JSON."""
        return self.rule.startswith("/api/")

    @property
    def is_unsafe(self) -> bool:
        """Whether it may change something."""
        return self.method in _UNSAFE

    @property
    def names_rows(self) -> bool:
        """Whether its address names a row of a business."""
        return any(_table_of(found["name"]) for found in _VARIABLE.finditer(self.rule))

    def address(self, rows_of: Filled) -> str:
        """Return the address with the keys of this business."""
        return _VARIABLE.sub(lambda found: _filled(found, rows_of), self.rule)

    def ask(self, browser: FlaskClient, rows_of: Filled) -> TestResponse:
        """Send the request, with nothing in it but the address."""
        body: dict[str, Any] | None = {} if self.is_api and self.is_unsafe else None
        return browser.open(self.address(rows_of), method=self.method, json=body)


def routes(app: Flask) -> Iterator[Route]:
    """Give every route once; the forms with and without a slash at the end are one."""
    seen: set[tuple[str, str]] = set()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint == "static" or (method, rule.endpoint) in seen:
                continue
            seen.add((method, rule.endpoint))
            permission = getattr(app.view_functions[rule.endpoint], PERMISSION)
            yield Route(method, rule.rule, rule.endpoint, permission)


def _table_of(variable: str) -> str | None:
    """Return the table that a variable names a row of; None for one that names none."""
    if variable in PLAIN or not variable.endswith("_id"):
        return None
    noun = variable.removesuffix("_id")
    ends = (f"{noun}s", f"{noun.removesuffix('y')}ies")
    named = (name for name in db.metadata.tables if name.endswith(ends))
    return TABLE_OF.get(variable) or min(named, key=len)


def _filled(found: re.Match[str], rows_of: Filled) -> str:
    name, converter = found["name"], found["converter"] or ""
    table = _table_of(name)
    if table is not None:
        return str(rows_of.keys[table])
    if converter.startswith("any("):
        return converter[4:-1].split(",")[0]
    return PLAIN[name]
