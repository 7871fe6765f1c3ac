"""The CRMs of a business over JSON: accounts to choose from, and whether a CRM answers."""

import uuid

from flask import request

from webapp.api.paging import part
from webapp.api.routing import CSV, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.clients import ImportQuery
from webapp.schemas.crm import (
    ClientMatchesAnswer,
    CrmCheckAnswer,
    MatchAnswer,
    MatchListAnswer,
    MatchListQuery,
)
from webapp.schemas.crm_accounts import (
    AccountListQuery,
    CrmImportAnswer,
    ImportedAccountAnswer,
    ImportedAccountListAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.crm_accounts import ORDER

MAX_CSV_BYTES = 10 * 1024 * 1024
api = Api("crm", prefix="/crm", tag="CRM")


@api.get(
    "/matches",
    permission=Permission.VIEW,
    query=MatchListQuery,
    answer=MatchListAnswer,
    summary="Clients for whom somebody should choose a CRM account",
)
def list_matches(actor: Actor, query: MatchListQuery) -> MatchListAnswer:
    """Answer with clients by name, each with the accounts that it may be, the surest first."""
    found, total = services().crm.matches.open(actor, skip=query.skip, limit=query.limit)
    rows = [
        ClientMatchesAnswer(
            client_id=each.client.id,
            client_name=each.client.name,
            proposals=[MatchAnswer.model_validate(match) for match in each.matches],
        )
        for each in found
    ]
    return MatchListAnswer(clients=rows, **part(query, rows, total=total))


@api.get(
    "/accounts",
    permission=Permission.VIEW,
    query=AccountListQuery,
    answer=ImportedAccountListAnswer,
    summary="List imported accounts",
)
def list_accounts(actor: Actor, query: AccountListQuery) -> ImportedAccountListAnswer:
    """Answer with accounts that came out of files, by name."""
    rows, total = services().crm_accounts.list(actor, query)
    return ImportedAccountListAnswer(
        accounts=[ImportedAccountAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )


@api.post(
    "/accounts/import",
    permission=Permission.EDIT_CLIENTS,
    query=ImportQuery,
    answer=CrmImportAnswer,
    takes=CSV,
    most_bytes=MAX_CSV_BYTES,
    summary="Import accounts from CSV, up to 10 MB",
)
def import_accounts(actor: Actor, query: ImportQuery) -> CrmImportAnswer:
    """Store every line that is in order and name the others with their reasons.

    An account is known by its id, else its domain, else its name; the same file twice changes
    nothing but the age of what it says. A file that cannot be read to its end changes nothing.
    """
    report = services().crm_import.run(actor, request.get_data(), dry_run=query.dry_run)
    return CrmImportAnswer.model_validate(report, from_attributes=True)


@api.delete(
    "/accounts",
    permission=Permission.EDIT_CLIENTS,
    answer=MessageAnswer,
    summary="Take all imported accounts out",
)
def delete_accounts(actor: Actor) -> MessageAnswer:
    """Forget the accounts, what they said of clients, and which client had which."""
    removed = services().crm_accounts.remove_all(actor)
    return MessageAnswer(message=f"Imported accounts taken out: {removed}")


@api.delete(
    "/accounts/<uuid:account_id>",
    permission=Permission.EDIT_CLIENTS,
    answer=MessageAnswer,
    summary="Take an imported account out",
)
def delete_account(actor: Actor, account_id: uuid.UUID) -> MessageAnswer:
    """Forget one account, what it said of its client, and that it was the client's."""
    services().crm_accounts.remove(actor, account_id)
    return MessageAnswer(message="Imported account taken out successfully")


@api.post(
    "/<provider>/check",
    permission=Permission.ADMINISTER,
    answer=CrmCheckAnswer,
    summary="Try whether a CRM answers, and what it does not show",
)
def check_crm(actor: Actor, provider: str) -> CrmCheckAnswer:
    """Sign in and read one of everything. 404 for a CRM that is not set up, 409 if it fails."""
    checked = services().client_crm.check(actor, provider)
    usage = checked.usage
    return CrmCheckAnswer.model_validate(
        {
            "provider": provider,
            "account": checked.account,
            "calls_used": usage.used if usage else None,
            "calls_limit": usage.limit if usage else None,
            "not_shown": list(checked.not_shown),
        }
    )
