"""What the CRM says of one client, over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.crm import AccountInput, ClientCrmAnswer
from webapp.services.access import Actor, Permission

api = Api("client_crm", prefix="/clients", tag="CRM")


@api.get(
    "/<uuid:client_id>/crm",
    permission=Permission.VIEW,
    answer=ClientCrmAnswer,
    summary="What the CRM says of a client",
)
def get_client_crm(actor: Actor, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Answer with stored facts, their age, risk, engagement, and accounts to choose from."""
    return ClientCrmAnswer.model_validate(services().client_crm.view(actor, client_id))


@api.post(
    "/<uuid:client_id>/crm/refresh",
    permission=Permission.EDIT_CLIENTS,
    answer=ClientCrmAnswer,
    summary="Ask the CRM about a client now",
)
def refresh_client_crm(actor: Actor, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Answer with what is known then; a CRM that fails is told in `trouble`. 409 without a CRM."""
    return ClientCrmAnswer.model_validate(services().client_crm.refresh(actor, client_id))


@api.post(
    "/<uuid:client_id>/crm/confirm",
    permission=Permission.EDIT_CLIENTS,
    body=AccountInput,
    answer=ClientCrmAnswer,
    summary="Say which account is the client's",
)
def confirm_account(actor: Actor, body: AccountInput, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Keep an account, proposed or entered by its id, and ask the CRM for it at once.

    409 where another client has it.
    """
    found = services().client_crm.confirm(
        actor, client_id, provider=body.provider, account_id=body.account_id
    )
    return ClientCrmAnswer.model_validate(found)


@api.post(
    "/<uuid:client_id>/crm/reject",
    permission=Permission.EDIT_CLIENTS,
    body=AccountInput,
    answer=ClientCrmAnswer,
    summary="Say that an account is not the client's",
)
def reject_account(actor: Actor, body: AccountInput, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Rule a proposed account out; it is not proposed again. 404 for one that was not."""
    found = services().client_crm.reject(
        actor, client_id, provider=body.provider, account_id=body.account_id
    )
    return ClientCrmAnswer.model_validate(found)


@api.delete(
    "/<uuid:client_id>/crm/account",
    permission=Permission.EDIT_CLIENTS,
    answer=ClientCrmAnswer,
    summary="Forget which account is the client's",
)
def forget_account(actor: Actor, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Take the account away and forget what was ruled out; the account is looked for anew."""
    return ClientCrmAnswer.model_validate(services().client_crm.reopen(actor, client_id))


@api.post(
    "/<uuid:client_id>/crm/adopt",
    permission=Permission.EDIT_CLIENTS,
    answer=ClientCrmAnswer,
    summary="Take the CRM's revenue and renewal over into a client",
)
def adopt_facts(actor: Actor, client_id: uuid.UUID) -> ClientCrmAnswer:
    """Change the client where the CRM says otherwise. 409 where no CRM said anything."""
    return ClientCrmAnswer.model_validate(services().client_crm.adopt(actor, client_id))
