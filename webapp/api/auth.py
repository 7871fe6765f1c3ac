"""Bearer tokens for a password."""

from flask import request

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.auth import TokenAnswer, TokenInput

api = Api("auth", prefix="/auth", tag="Authentication")


@api.post(
    "/token",
    permission=None,
    body=TokenInput,
    answer=TokenAnswer,
    summary="Get a bearer token for an e-mail address and password",
)
def issue_token(body: TokenInput) -> TokenAnswer:
    """Answer with a token that is good for 30 days, or until it is revoked."""
    issued = services().accounts.issue_token(
        body.email, body.password, address=request.remote_addr or "", scopes=body.scopes
    )
    return TokenAnswer(
        access_token=issued.token, expires_at=issued.expires_at, scopes=issued.scopes
    )
