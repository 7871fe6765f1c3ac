"""Building queries for Salesforce: escaping, ids, and which fields are asked for."""

import re
from collections.abc import Mapping

_QUOTED = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_WILDCARDS = str.maketrans({"%": "\\%", "_": "\\_"})
_ID = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?")
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT_ID = 15
_CHUNK = 5

CANDIDATES = 25
"""Accounts looked at when the search is by domain or name."""

MOST_CONTACTS = 50
"""Contacts read of an account, those that were changed last."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "Account": (
        "Id", "Name", "Website", "Industry", "Type", "NumberOfEmployees", "LastActivityDate",
        "Owner.Name", "CurrencyIsoCode", "ARR__c", "Health__c", "Renewal_Date__c",
    ),
    "Contact": ("Name", "Title", "Email", "Champion__c", "Decision_Maker__c"),
    "Opportunity": (
        "Name", "StageName", "Amount", "CloseDate", "IsClosed", "IsWon", "Type",
        "CurrencyIsoCode",
    ),
    "Case": ("Subject", "Status", "Priority", "CreatedDate", "IsClosed"),
}  # fmt: skip
"""What is asked of each object; fields ending in __c are custom and often absent, and currencies
are there where the org has several."""

CHILDREN: Mapping[str, tuple[str, str]] = {
    "Contacts": ("Contact", f"ORDER BY LastModifiedDate DESC LIMIT {MOST_CONTACTS}"),
    "Opportunities": ("Opportunity", "ORDER BY CloseDate DESC LIMIT 200"),
    "Cases": ("Case", "ORDER BY CreatedDate DESC LIMIT 100"),
}
_CORE = frozenset({"Account.Id", "Account.Name"})
EVERYTHING = "*"
"""Left out together, all that is not core: the last try."""


def quoted(value: str) -> str:
    """Return a text as a SOQL literal: backslash first, then the quotation mark."""
    return f"'{value.translate(_QUOTED)}'"


def has_website(host: str) -> str:
    """Return the condition that a website is on a host or below it; the reader looks closer."""
    ends, goes_on = quoted_pattern(host, "%{}"), quoted_pattern(host, "%{}/%")
    return f"Website LIKE {ends} OR Website LIKE {goes_on}"


def has_name(name: str) -> str:
    """Return the condition that a name is this one, or goes on with a legal form or the like."""
    spaced, ended = quoted_pattern(name, "{} %"), quoted_pattern(name, "{},%")
    return f"Name = {quoted(name)} OR Name LIKE {spaced} OR Name LIKE {ended}"


def quoted_pattern(value: str, shape: str) -> str:
    """Return `value` escaped for LIKE inside of a pattern such as "%{}%"."""
    escaped = value.translate(_QUOTED).translate(_WILDCARDS)
    return f"'{shape.format(escaped)}'"


def is_id(value: str | None) -> bool:
    """Tell whether a text has the shape of a Salesforce id (15 or 18 characters)."""
    return value is not None and _ID.fullmatch(value) is not None


def is_same_id(one: str, other: str) -> bool:
    """Compare ids of 15 and 18 characters; in the long form capitals say nothing."""
    return long_id(one).casefold() == long_id(other).casefold()


def long_id(value: str) -> str:
    """Return the 18-character form of an id; the last three say which letters are capitals."""
    if len(value) != SHORT_ID:
        return value
    return value + "".join(
        _CHECK_LETTERS[
            sum(letter.isupper() << place for place, letter in enumerate(value[at : at + _CHUNK]))
        ]
        for at in range(0, SHORT_ID, _CHUNK)
    )


def account_query(
    condition: str | None, *, left_out: frozenset[str], limit: int = CANDIDATES
) -> str:
    """Return one query for accounts with their contacts, opportunities and cases.

    `left_out` names what this org does not show: "Account.ARR__c", "Cases" or EVERYTHING.
    """
    columns = [*_columns("Account", left_out)]
    if EVERYTHING not in left_out:
        columns += [
            f"(SELECT {', '.join(fields)} FROM {name} {order})"  # noqa: S608 -- our own names
            for name, (entity, order) in CHILDREN.items()
            if name not in left_out and (fields := _columns(entity, left_out))
        ]
    chosen = ", ".join(columns)
    where = f" WHERE {condition}" if condition else ""
    return f"SELECT {chosen} FROM Account{where} ORDER BY Name LIMIT {limit}"  # noqa: S608 -- escaped before


def _columns(entity: str, left_out: frozenset[str]) -> list[str]:
    fields = [f"{entity}.{field}" for field in FIELDS[entity]]
    kept = (
        field
        for field in fields
        if field in _CORE or not (EVERYTHING in left_out or field in left_out)
    )
    return [field.removeprefix(f"{entity}.") for field in kept]
