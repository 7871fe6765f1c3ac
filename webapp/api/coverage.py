"""Coverage over JSON: what was asked for whom, and what came back."""

from webapp.api.paging import part
from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.coverage import ClientCoverageAnswer, CoverageListAnswer, CoverageQuery
from webapp.services.access import Actor, Permission

api = Api("coverage", prefix="/coverage", tag="Coverage")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=CoverageQuery,
    answer=CoverageListAnswer,
    summary="How clients were covered by each source on each day",
)
def list_coverage(actor: Actor, query: CoverageQuery) -> CoverageListAnswer:
    """Answer with a page of active clients, worst covered first; by default for today."""
    page = services().coverage.page(actor, query)
    return CoverageListAnswer(
        coverage=[ClientCoverageAnswer.model_validate(each) for each in page.clients],
        start_date=page.days[0],
        end_date=page.days[-1],
        **part(query, page.clients, total=page.total),
    )
