"""A business's own keys of outside services over JSON, for its admins."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.own_keys import OwnKeyAnswer, OwnKeyInput, OwnKeyListAnswer
from webapp.services.access import Actor, Permission

api = Api("own_keys", prefix="/business/keys", tag="Business")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    answer=OwnKeyListAnswer,
    summary="List the services that take a key of your own",
)
def list_own_keys(actor: Actor) -> OwnKeyListAnswer:
    """Answer with every service, and the end of its key where the business set one."""
    found = [OwnKeyAnswer.model_validate(each) for each in services().own_keys.all(actor)]
    return OwnKeyListAnswer(keys=found, total=len(found))


@api.put(
    "/<provider>",
    permission=Permission.ADMINISTER,
    body=OwnKeyInput,
    answer=OwnKeyAnswer,
    summary="Set a key of your own; it is used before the deployment's",
)
def set_own_key(actor: Actor, provider: str, body: OwnKeyInput) -> OwnKeyAnswer:
    """Store the key in the place of an earlier one."""
    kept = services().own_keys.set(actor, provider, body.values)
    return OwnKeyAnswer.model_validate(kept)


@api.delete(
    "/<provider>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Forget a key of your own",
)
def remove_own_key(actor: Actor, provider: str) -> MessageAnswer:
    """Take the key away: the deployment's own serves from now on, if there is one."""
    services().own_keys.remove(actor, provider)
    return MessageAnswer(message="The key is forgotten.")


@api.post(
    "/<provider>/check",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Try the key that is set with one small question",
)
def check_own_key(actor: Actor, provider: str) -> MessageAnswer:
    """Answer with what the service said, or 409 with why it does not take the key."""
    return MessageAnswer(message=services().key_checks.check(actor, provider))
