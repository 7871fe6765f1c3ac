"""The audit log over JSON, for admins."""

from webapp.api.paging import part
from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.audit_log import AuditEntryAnswer, AuditListAnswer, AuditQuery
from webapp.services.access import Actor, Permission
from webapp.services.audit_log import ORDER

api = Api("audit_log", prefix="/audit-log", tag="Audit log")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    query=AuditQuery,
    answer=AuditListAnswer,
    summary="List what was changed and who signed in",
)
def list_entries(actor: Actor, query: AuditQuery) -> AuditListAnswer:
    """Answer with a page of entries, newest first."""
    rows, total = services().audit_log.list(actor, query)
    return AuditListAnswer(
        entries=[AuditEntryAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )
