"""Addresses that nothing is sent to, over JSON."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer, PageQuery
from webapp.schemas.email_bounces import SuppressedAddressAnswer, SuppressionListAnswer
from webapp.services.access import Actor, Permission

api = Api("email_suppressions", prefix="/email-suppressions", tag="E-mail logs")


@api.get(
    "/",
    permission=Permission.VIEW_TEAM_MAIL,
    query=PageQuery,
    answer=SuppressionListAnswer,
    summary="List the addresses that nothing is sent to",
)
def list_suppressions(actor: Actor, query: PageQuery) -> SuppressionListAnswer:
    """Answer with a part of the list, newest first."""
    rows, total = services().mailroom.suppressions.page(actor, query)
    return SuppressionListAnswer(
        addresses=[SuppressedAddressAnswer.model_validate(row) for row in rows],
        total=total,
        skip=query.skip,
        limit=query.limit,
    )


@api.delete(
    "/<address>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Let mails to an address go again",
)
def remove_suppression(actor: Actor, address: str) -> MessageAnswer:
    """Take an address off the list; the next mail may put it there again."""
    services().mailroom.suppressions.remove(actor, address)
    return MessageAnswer(message="Address taken off the list successfully")
