"""Personal API tokens over JSON: each caller's own, and nobody else's."""

import uuid
from http import HTTPStatus

from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.tokens import (
    ApiTokenAnswer,
    ApiTokenInput,
    ApiTokenListAnswer,
    NewApiTokenAnswer,
)
from webapp.services.access import Actor, Permission

PREFIX = "/api-tokens"
api = Api("tokens", prefix=PREFIX, tag="Authentication")


@api.get("/", permission=Permission.VIEW, answer=ApiTokenListAnswer, summary="List your API tokens")
def list_tokens(actor: Actor) -> ApiTokenListAnswer:
    """Answer with the caller's tokens that are neither revoked nor expired, newest first."""
    rows = services().accounts.tokens.active(actor)
    tokens = [ApiTokenAnswer.model_validate(each) for each in rows]
    return ApiTokenListAnswer(tokens=tokens, total=len(tokens))


@api.post(
    "/",
    permission=Permission.CHANGE_OWN_STATE,
    body=ApiTokenInput,
    answer=NewApiTokenAnswer,
    status=HTTPStatus.CREATED,
    summary="Create an API token",
)
def create_token(actor: Actor, body: ApiTokenInput) -> tuple[NewApiTokenAnswer, dict[str, str]]:
    """Make a token with no scope that the caller lacks. Its secret is shown this once."""
    tokens = services().accounts.tokens
    issued = tokens.create(actor, body.name, scopes=body.scopes, days=body.days)
    known = ApiTokenAnswer.model_validate(tokens.get(actor, issued.id)).model_dump()
    location = {"Location": f"{API_ROOT}{PREFIX}/{issued.id}"}
    return NewApiTokenAnswer(**known, token=issued.token), location


@api.get(
    "/<uuid:token_id>",
    permission=Permission.VIEW,
    answer=ApiTokenAnswer,
    summary="Get one of your API tokens",
)
def get_token(actor: Actor, token_id: uuid.UUID) -> ApiTokenAnswer:
    """Answer with a token, without its secret; 404 once it is revoked or expired."""
    return ApiTokenAnswer.model_validate(services().accounts.tokens.get(actor, token_id))


@api.delete(
    "/<uuid:token_id>",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MessageAnswer,
    summary="Revoke one of your API tokens",
)
def revoke_token(actor: Actor, token_id: uuid.UUID) -> MessageAnswer:
    """Revoke a token, at once and for good."""
    services().accounts.tokens.revoke(actor, token_id)
    return MessageAnswer(message="Token revoked successfully")
