"""The CRMs of a business over JSON: accounts to choose from, and whether a CRM answers."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.crm import (
    ClientMatchesAnswer,
    CrmCheckAnswer,
    MatchAnswer,
    MatchListAnswer,
    MatchListQuery,
)
from webapp.services.access import Actor, Permission

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
    return MatchListAnswer(clients=rows, total=total, skip=query.skip, limit=query.limit)


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
