"""What a HubSpot account calls its owners and stages, its currency and address: read hourly."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from webapp import clock
from webapp.errors import ProviderError
from webapp.providers.crm.hubspot_rest import HubSpotRest, MissingScopesError, Record, object_id
from webapp.providers.crm.values import currency_code, is_true, text

ResultT = TypeVar("ResultT")
ACCOUNT_PATH = "/account-info/v3/details"
OWNERS_SCOPE = "crm.objects.owners.read"
DEALS_SCOPE = "crm.objects.deals.read"
TICKETS_SCOPE = "tickets"
KEPT_SECONDS, KEPT_AFTER_FAILURE_SECONDS = 3600.0, 300.0
_APP_HOST = re.compile(r"app(?:-[a-z0-9]+)?\.hubspot\.com")
_WORD = re.compile(r"[A-Za-z][A-Za-z _-]+")


@dataclass(frozen=True)
class Directory:
    """Names by id. What the token may not read is empty, and named in `not_shown`."""

    portal: str = ""
    host: str = ""
    currency: str | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    closed_stages: frozenset[str] = frozenset()
    won_stages: frozenset[str] = frozenset()
    not_shown: tuple[str, ...] = ()

    def company_url(self, company_id: str) -> str | None:
        """Return the address of a company's page, where the account's own is known."""
        if not (self.portal and self.host and company_id):
            return None
        return f"https://{self.host}/contacts/{self.portal}/record/0-2/{company_id}"

    def stage(self, stage_id: str) -> str | None:
        """Return what people call a stage; an id that is a number says nothing."""
        return self.stages.get(stage_id) or (stage_id if _WORD.fullmatch(stage_id) else None)


class HubSpotDirectory:
    """Keeps the directory for an hour; no part of it is worth failing for."""

    def __init__(self, rest: HubSpotRest) -> None:
        self._rest = rest
        self._lock = threading.Lock()
        self._kept: tuple[Directory, float] | None = None

    def current(self, *, deadline: float) -> Directory:
        """Return the directory, reading it where it is not there or old."""
        with self._lock:
            if self._kept is None or clock.monotonic() > self._kept[1]:
                self._kept = self._read(deadline)
            return self._kept[0]

    def _read(self, deadline: float) -> tuple[Directory, float]:
        tries = _Tries()
        account: Record = tries.get(partial(self._rest.get, ACCOUNT_PATH, deadline=deadline), {})
        owners: dict[str, str] = tries.get(partial(self._owners, deadline), {})
        none: list[_Stage] = []
        stages = [
            *tries.get(partial(self._stages, "deals", DEALS_SCOPE, deadline), none),
            *tries.get(partial(self._stages, "tickets", TICKETS_SCOPE, deadline), none),
        ]
        kept = KEPT_SECONDS if tries.went_well else KEPT_AFTER_FAILURE_SECONDS
        lacks_owners = OWNERS_SCOPE in tries.missing_scopes
        host = text(account.get("uiDomain")) or ""
        found = Directory(
            portal=object_id(account.get("portalId")),
            host=host if _APP_HOST.fullmatch(host) else "",
            currency=currency_code(account.get("companyCurrency")),
            owners=owners,
            stages={each.id: each.label for each in stages},
            closed_stages=frozenset(each.id for each in stages if each.is_closed),
            won_stages=frozenset(each.id for each in stages if each.is_won),
            not_shown=(f"owners (grant {OWNERS_SCOPE})",) if lacks_owners else (),
        )
        return found, clock.monotonic() + kept

    def _owners(self, deadline: float) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self._rest.listed("/crm/v3/owners", scope=OWNERS_SCOPE, deadline=deadline):
            names = (text(each.get("firstName")), text(each.get("lastName")))
            name = " ".join(filter(None, names)) or text(each.get("email"))
            if name and (owner_id := object_id(each.get("id"))):
                found[owner_id] = name
        return found

    def _stages(self, kind: str, scope: str, deadline: float) -> "list[_Stage]":
        page = self._rest.get(f"/crm/v3/pipelines/{kind}", scope=scope, deadline=deadline)
        return [stage for pipeline in _list(page, "results") for stage in _stages_of(pipeline)]


@dataclass(frozen=True)
class _Stage:
    id: str
    label: str
    is_closed: bool
    is_won: bool


class _Tries:
    """Reads what is nice to have: a failure leaves it out and is remembered."""

    def __init__(self) -> None:
        self.missing_scopes: set[str] = set()
        self.went_well = True

    def get(self, read: Callable[[], ResultT], otherwise: ResultT) -> ResultT:
        try:
            return read()
        except MissingScopesError as error:
            self.missing_scopes |= set(error.scopes)
        except ProviderError:
            self.went_well = False
        return otherwise


def _stages_of(pipeline: Record) -> Iterator[_Stage]:
    for each in _list(pipeline, "stages"):
        told = each.get("metadata")
        metadata = told if isinstance(told, dict) else {}
        stage_id, label = text(each.get("id")), text(each.get("label"))
        if stage_id and label:
            is_closed = is_true(metadata.get("isClosed")) or metadata.get("ticketState") == "CLOSED"
            is_won = is_closed and text(metadata.get("probability")) == "1.0"
            yield _Stage(stage_id, label, is_closed, is_won)


def _list(record: Record, name: str) -> list[Record]:
    found = record.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
