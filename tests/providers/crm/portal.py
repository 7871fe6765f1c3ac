"""A small HubSpot account on this machine, for the tests of its client."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.doubles.local_server import Answer, Request, serve
from webapp.providers.base import CRMLookup
from webapp.providers.crm.hubspot import HubSpotService
from webapp.providers.http import HttpClient

SAMPLES = Path(__file__).parent.parent / "samples" / "hubspot"
TOKEN = "pat-eu1-canary-token"
BY_ID = CRMLookup("c1", "Castellan Bank", "castellan-bank.example.com", "880001")
BY_DOMAIN = CRMLookup("c1", "Other", "castellan-bank.example.com")
BY_NAME = CRMLookup("c1", "castellan bank")
SEARCH = "/crm/v3/objects/companies/search"
READ = "/crm/v3/objects/companies/batch/read"
FILES = {
    SEARCH: "companies_search",
    READ: "companies_read",
    "/crm/v3/objects/companies": "companies_search",
    "/crm/v3/owners": "owners",
    "/crm/v3/pipelines/deals": "pipelines_deals",
    "/crm/v3/pipelines/tickets": "pipelines_tickets",
    "/account-info/v3/details": "account",
} | {
    path: f"{kind}_read" if path.endswith("read") and "v3" in path else f"companies_{kind}"
    for kind in ("contacts", "deals", "tickets")
    for path in (
        f"/crm/v4/associations/companies/{kind}/batch/read",
        f"/crm/v3/objects/{kind}/batch/read",
        f"/crm/v3/objects/{kind}",
    )
}
Given = Answer | Callable[[Request], Answer]


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def refused(name: str) -> Answer:
    """An error as HubSpot sends it."""
    found = sample(f"error_{name}")
    return Answer(found["body"], status=found["status"], headers=found["headers"])


@dataclass
class Portal:
    """What the account answers: the samples, but for paths whose answer a test gives."""

    instead: Mapping[str, Given] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        given = self.instead.get(request.path) or self.instead.get("*")
        if given is not None:
            return given(request) if callable(given) else given
        return Answer(sample(FILES[request.path]))

    def paths(self) -> list[str]:
        return [each.path for each in self.requests]

    def bodies(self, path: str) -> list[Any]:
        return [each.json() for each in self.requests if each.path == path]


@contextmanager
def portal_with(
    instead: Mapping[str, Given] | None = None,
) -> Iterator[tuple[HubSpotService, Portal]]:
    """A service on an account that answers with the samples, but for what is given."""
    portal = Portal(instead or {})
    with serve(portal.respond) as server:
        http = HttpClient(timeout_seconds=5)
        yield HubSpotService(http=http, base_url=server.url, token=TOKEN), portal
