"""The state of the machine over JSON."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.status import StatusAnswer
from webapp.services.access import Actor, Permission

api = Api("status", prefix="/status", tag="Status")


@api.get(
    "/",
    permission=Permission.VIEW,
    answer=StatusAnswer,
    summary="How the parts of the machine and the outside services are",
)
def get_status(actor: Actor) -> StatusAnswer:
    """Answer with every light of the status page."""
    return StatusAnswer.model_validate(services().status.status(actor))


@api.post(
    "/sources/<name>/try-again",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Ask a paused source again at the next run",
)
def try_again(actor: Actor, name: str) -> MessageAnswer:
    """Forget a refused key, a spent quota and an open circuit breaker of a source."""
    label = services().status.try_again(actor, name)
    return MessageAnswer(message=f"{label} is asked again at the next run.")
