"""The searches that find many clients' companies at once, within HubSpot's limits of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from webapp.providers.crm.hubspot_rest import chunks

MOST_VALUES = 100
MOST_GROUPS = 5
MOST_IN_ONE_SEARCH = 40
_ENDINGS = ("", " inc", " inc.", ", inc.", " ltd", " llc", " gmbh")
"""How a company's name goes on in a CRM; HubSpot finds whole names only."""


@dataclass(frozen=True)
class Sought:
    """What one client is looked for by: host of its site, names without legal forms."""

    host: str
    names: tuple[str, ...]


def search_bodies(sought: Sequence[Sought], properties: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the bodies of as few searches as find all that is sought."""
    hosts = dict.fromkeys(chain.from_iterable(_hosts(each.host) for each in sought if each.host))
    names = dict.fromkeys(chain.from_iterable(map(_names, sought)))
    groups = [*_groups("domain", list(hosts)), *_groups("name", list(names))]
    for some in chunks(groups, MOST_GROUPS):
        yield {"filterGroups": some, "properties": list(properties)}


def _hosts(host: str) -> tuple[str, str]:
    return host, f"www.{host}"


def _names(sought: Sought) -> Iterator[str]:
    """Yield a client's names as a CRM may have them, in the small letters that a list must have."""
    return (f"{name}{ending}".lower() for name in sought.names for ending in _ENDINGS)


def _groups(name: str, values: Sequence[str]) -> Iterator[dict[str, Any]]:
    for some in chunks(values, MOST_VALUES):
        filters = [{"propertyName": name, "operator": "IN", "values": some}]
        yield {"filters": filters}
