"""The caller's business over JSON, for its admins."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.ai_spending import AiSpendingAnswer, SpendingQuery
from webapp.schemas.business import BusinessAnswer, BusinessPatch
from webapp.services.access import Actor, Permission

api = Api("business", prefix="/business", tag="Business")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    answer=BusinessAnswer,
    summary="Get your business",
)
def get_business(actor: Actor) -> BusinessAnswer:
    """Answer with the caller's business."""
    return BusinessAnswer.model_validate(services().business.get(actor))


@api.put(
    "/",
    permission=Permission.ADMINISTER,
    body=BusinessPatch,
    answer=BusinessAnswer,
    summary="Change your business; what the body does not hold stays",
)
def update_business(actor: Actor, body: BusinessPatch) -> BusinessAnswer:
    """Change name, time zone, tracking of mails, GDELT, or the AI budget."""
    return BusinessAnswer.model_validate(services().business.update(actor, body))


@api.get(
    "/ai-spending",
    permission=Permission.ADMINISTER,
    query=SpendingQuery,
    answer=AiSpendingAnswer,
    summary="Get the AI budget, and what models cost by month, purpose and model",
)
def get_ai_spending(actor: Actor, query: SpendingQuery) -> AiSpendingAnswer:
    """Answer with the limits, how the business stands to them, and the last months."""
    found = services().ai_spending.spending(actor, months=query.months)
    return AiSpendingAnswer.model_validate(found)
