"""A small Salesforce org on this machine, for the tests of its client."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from webapp.providers.base import CRMLookup
from webapp.providers.crm.salesforce import SalesforceService
from webapp.providers.http import HttpClient

SAMPLES = Path(__file__).parent.parent / "samples" / "salesforce"
SECRETS = {
    "client_secret": "canary-consumer-secret",
    "refresh_token": "canary-refresh-token",
    "password": "canary-password",
    "security_token": "canary-security-token",
}
BY_ID = CRMLookup("c1", "Halcyon Health", "halcyon-health.example.com", "001AA000003DHPx")
BY_NAME = CRMLookup("c1", "Halcyon Health")
BY_DOMAIN = CRMLookup("c1", "Other", "halcyon-health.example.com")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def refused(status: int, code: str, message: str = "") -> Answer:
    return Answer([{"errorCode": code, "message": message}], status=status)


def always(answer: Answer) -> Callable[[object], Answer]:
    """One answer to everything."""
    return lambda _: answer


@dataclass
class Org:
    """What the org answers: to sign-ins a token, to queries what the test says."""

    answer: Callable[[str], Answer]
    """From a query's SOQL (or the address of a further page) to its answer."""
    sign_in: Callable[[dict[str, str]], Answer] | None = None
    url: str = ""
    tokens: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)

    def respond(self, request: Request) -> Answer:
        if request.path == "/services/oauth2/token":
            self.forms.append(dict(parse_qsl(request.body.decode())))
            return self.sign_in(self.forms[-1]) if self.sign_in else self.token()
        self.bearers.append(request.headers["authorization"])
        self.queries.append(request.query.get("q", request.path))
        return self.answer(self.queries[-1])

    def token(self, **changes: Any) -> Answer:
        self.tokens += 1
        body = {**sample("token"), "instance_url": self.url}
        return Answer({**body, "access_token": f"00D!token-{self.tokens}", **changes})


@contextmanager
def org_answering(*answers: Answer) -> Iterator[tuple[SalesforceService, Org]]:
    """A service on an org that gives these answers to queries in turn, the last for ever."""
    left = list(answers) or [Answer(sample("account"))]
    org = Org(lambda _: left.pop(0) if len(left) > 1 else left[0])
    with running(org) as server:
        yield service_at(server.url), org


@contextmanager
def running(org: Org) -> Iterator[LocalServer]:
    with serve(org.respond) as server:
        org.url = server.url
        yield server


def service_at(url: str, **changes: str) -> SalesforceService:
    given = {"client_id": "app", "username": "", **SECRETS, **changes}
    return SalesforceService(http=HttpClient(timeout_seconds=5), login_url=url, **given)
