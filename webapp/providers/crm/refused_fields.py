"""Which fields and objects a Salesforce org does not show, as it says itself."""

import re
import threading
from datetime import timedelta

from webapp import clock
from webapp.providers.crm.soql import CHILDREN, EVERYTHING, FIELDS

FORGET_AFTER = timedelta(hours=6)
"""A permission can be granted without anybody telling Beacon."""
_NO_COLUMN = re.compile(
    r"No such column '([\w.]+)' on (?:entity|sobject of type) '?(\w+)'?", re.IGNORECASE
)
_NO_RELATION = re.compile(r"Didn't understand relationship '(\w+)'", re.IGNORECASE)
_OPTIONAL = frozenset({"CurrencyIsoCode"})
"""Fields that an org with one currency does not have."""


class RefusedFields:
    """Learns from refusals; shared by all threads, and forgotten after some hours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: frozenset[str] = frozenset()
        self._since = clock.now()

    def names(self) -> frozenset[str]:
        """Return what to leave out, as `account_query` takes it."""
        with self._lock:
            if clock.now() - self._since > FORGET_AFTER:
                self._names, self._since = frozenset(), clock.now()
            return self._names

    def add(self, told: str) -> bool:
        """Learn from Salesforce's sentence; False where there is nothing left to leave out."""
        name = _named(told)
        with self._lock:
            if name in self._names:
                # Another thread met the same; after EVERYTHING there is nothing more to try
                return name != EVERYTHING
            self._names |= {name}
        return True

    def told(self) -> tuple[str, ...]:
        """Return what is missing that an admin could grant or add, for people."""
        missing = sorted(self.names() - {EVERYTHING})
        return tuple(name for name in missing if name.rpartition(".")[2] not in _OPTIONAL)


def _named(told: str) -> str:
    """Return what Salesforce's sentence says is missing, as `account_query` leaves it out."""
    column = _NO_COLUMN.search(told)
    if column:
        fields = FIELDS.get(column[2], ())
        known = next((field for field in fields if field.startswith(column[1])), None)
        return f"{column[2]}.{known}" if known else EVERYTHING
    relation = _NO_RELATION.search(told)
    if relation is None:
        return EVERYTHING
    return relation[1] if relation[1] in CHILDREN else "Account.Owner.Name"
