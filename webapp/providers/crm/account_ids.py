"""Ids of accounts: whose they look like, and when two are the same."""

import re
from urllib.parse import unquote, urlsplit

from webapp.enums import CRMName
from webapp.providers.crm.hubspot_rest import object_id
from webapp.providers.crm.soql import SHORT_ID, is_id, is_same_id, long_id

_SALESFORCE_PATH = re.compile(r"/(?:r/Account/|Account/)?(001[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?)\b")
_HUBSPOT_PATH = re.compile(r"/(?:record/0-2|company)/(\d+)")


def is_same_account(one: str, other: str) -> bool:
    """Compare two ids of one CRM, whichever of its forms they have."""
    if is_id(one) and is_id(other):
        return is_same_id(one, other)
    return one == other


def same_ids(account_id: str) -> frozenset[str]:
    """Return the forms in which an id can be stored."""
    if not is_id(account_id):
        return frozenset({account_id})
    return frozenset({account_id, account_id[:SHORT_ID], long_id(account_id)})


def looks_like(account_id: str) -> CRMName | None:
    """Return the CRM whose ids look like this one, None where that cannot be said."""
    if is_id(account_id) and account_id.startswith("001"):
        return CRMName.SALESFORCE
    return CRMName.HUBSPOT if object_id(account_id) else None


def bare_id(typed: str) -> str:
    """Return the id out of the address of an account's page; anything else stays as it is."""
    if "/" not in typed:
        return typed
    try:
        path = unquote(urlsplit(typed if "//" in typed else f"//{typed}").path)
    except ValueError:
        return typed
    found = _SALESFORCE_PATH.search(path) or _HUBSPOT_PATH.search(path)
    return found[1] if found else typed
