"""Reads many HubSpot companies with all that hangs on them, by a dozen calls."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp import clock
from webapp.providers.base import CRMFacts
from webapp.providers.crm.hubspot_directory import DEALS_SCOPE, TICKETS_SCOPE, HubSpotDirectory
from webapp.providers.crm.hubspot_records import (
    COMPANY,
    CONTACT,
    DEAL,
    TICKET,
    Attached,
    Hanging,
    company_facts,
    with_attached,
)
from webapp.providers.crm.hubspot_rest import HubSpotRest, MissingScopesError

COMPANIES_SCOPE = "crm.objects.companies.read"
ASK_AGAIN_SECONDS = 3600.0
"""A scope can be granted without anybody telling Beacon."""


@dataclass(frozen=True)
class _Kind:
    """One kind of object that hangs on a company: at most `newest` of each company are read."""

    name: str
    scope: str
    properties: tuple[str, ...]
    newest: int


_KINDS = (
    _Kind("contacts", "crm.objects.contacts.read", CONTACT, 25),
    _Kind("deals", DEALS_SCOPE, DEAL, 100),
    _Kind("tickets", TICKETS_SCOPE, TICKET, 100),
)


class HubSpotCompanies:
    """Remembers for an hour what the token may not read, and passes over it."""

    def __init__(self, rest: HubSpotRest, directory: HubSpotDirectory) -> None:
        self._rest = rest
        self._directory = directory
        self._lock = threading.Lock()
        self._hidden: dict[str, tuple[MissingScopesError, float]] = {}

    def read(self, ids: Sequence[str]) -> Mapping[str, CRMFacts]:
        """Return the companies by id; one that is not there is left out. Raises ProviderError."""
        deadline = self._rest.deadline()
        records = self._rest.read(
            "companies", ids, COMPANY, scope=COMPANIES_SCOPE, deadline=deadline
        )
        if not records:
            return {}
        directory, now = self._directory.current(deadline=deadline), clock.now()
        attached = self._attached(list(records), deadline)
        return {
            key: with_attached(
                company_facts(record, directory, fetched_at=now), attached[key], directory
            )
            for key, record in records.items()
        }

    def hidden(self, *, deadline: float) -> tuple[str, ...]:
        """Try one object of each kind and name what the token may not read."""
        found = []
        for kind in _KINDS:
            try:
                path = f"/crm/v3/objects/{kind.name}"
                self._rest.first(path, scope=kind.scope, deadline=deadline)
            except MissingScopesError as error:
                found.append(error.named(kind.name))
        with self._lock:
            self._hidden.clear()  # what was granted meanwhile is read from now on
        return tuple(found)

    def _attached(self, ids: Sequence[str], deadline: float) -> dict[str, Attached]:
        hanging: dict[str, dict[str, Hanging]] = {each: {} for each in ids}
        not_shown = []
        for kind in _KINDS:
            try:
                found = self._hanging(kind, ids, deadline)
            except MissingScopesError as error:
                self._hide(kind, error)
                not_shown.append(error.named(kind.name))
            else:
                for key in ids:
                    hanging[key][kind.name] = found.get(key, Hanging())
        return {key: Attached(**each, not_shown=tuple(not_shown)) for key, each in hanging.items()}

    def _hanging(self, kind: _Kind, ids: Sequence[str], deadline: float) -> dict[str, Hanging]:
        """Return what of one kind hangs on each company."""
        self._refuse_hidden(kind)
        targets = self._rest.associated(ids, kind.name, scope=kind.scope, deadline=deadline)
        # Ids grow, so the highest are the newest
        newest = {
            key: sorted(some, key=int, reverse=True)[: kind.newest] for key, some in targets.items()
        }
        wanted = dict.fromkeys(each for some in newest.values() for each in some)
        records = self._rest.read(
            kind.name, wanted, kind.properties, scope=kind.scope, deadline=deadline
        )
        return {
            key: Hanging([records[each] for each in some if each in records], len(targets[key]))
            for key, some in newest.items()
        }

    def _refuse_hidden(self, kind: _Kind) -> None:
        with self._lock:
            error, until = self._hidden.get(kind.name, (None, 0.0))
        if error is not None and clock.monotonic() < until:
            raise MissingScopesError(error.scopes)

    def _hide(self, kind: _Kind, error: MissingScopesError) -> None:
        with self._lock:
            _, until = self._hidden.get(kind.name, (error, 0.0))
            if clock.monotonic() >= until:
                self._hidden[kind.name] = (error, clock.monotonic() + ASK_AGAIN_SECONDS)
