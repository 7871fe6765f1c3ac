"""Quotas of the sources over JSON."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.enums import SourceName
from webapp.schemas.quotas import QuotaAnswer, QuotaListAnswer
from webapp.services.access import Actor, Permission
from webapp.services.provider_names import source_label

api = Api("quotas", prefix="/quotas", tag="Status")


@api.get(
    "/",
    permission=Permission.VIEW,
    answer=QuotaListAnswer,
    summary="How many calls each source has had today, and has left",
)
def list_quotas(actor: Actor) -> QuotaListAnswer:  # noqa: ARG001 -- the same for who may view
    """Answer for every source. Keys belong to the installation, and so do their quotas."""
    states = services().quotas.states()
    rows = [
        QuotaAnswer(source=source, label=source_label(source), **vars(states[source]))
        for source in SourceName
        if source in states
    ]
    return QuotaListAnswer(quotas=rows, total=len(rows))
