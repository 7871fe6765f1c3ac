"""User preferences over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.preferences import PreferenceAnswer, PreferenceInput, PreferencePatch
from webapp.services.access import Actor, Permission

api = Api("preferences", prefix="/user-preferences", tag="User preferences")


@api.get("/me", permission=Permission.VIEW, answer=PreferenceAnswer, summary="Get your preferences")
def get_mine(actor: Actor) -> PreferenceAnswer:
    """Return the caller's preferences; made with the defaults if there are none."""
    return PreferenceAnswer.model_validate(services().preferences.mine(actor))


@api.put(
    "/me",
    permission=Permission.CHANGE_OWN_STATE,
    body=PreferencePatch,
    answer=PreferenceAnswer,
    summary="Change your preferences",
)
def update_mine(actor: Actor, body: PreferencePatch) -> PreferenceAnswer:
    """Merge the sent fields into the caller's preferences."""
    return PreferenceAnswer.model_validate(services().preferences.update_preferences(actor, body))


@api.get(
    "/<int:user_id>",
    permission=Permission.VIEW,
    answer=PreferenceAnswer,
    summary="Get a user's preferences (your own, or any as an admin)",
)
def get_of_user(actor: Actor, user_id: int) -> PreferenceAnswer:
    """Return a user's preferences; made with the defaults if there are none."""
    return PreferenceAnswer.model_validate(services().preferences.for_user(actor, user_id))


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    body=PreferenceInput,
    answer=PreferenceAnswer,
    status=201,
    summary="Create a user's preferences",
)
def create_preferences(
    actor: Actor, body: PreferenceInput
) -> tuple[PreferenceAnswer, dict[str, str]]:
    """Create a first set of preferences; a second is 409."""
    made = services().preferences.create(actor, body)
    where = f"/api/v1/user-preferences/{made.user_id}"
    return PreferenceAnswer.model_validate(made), {"Location": where}


@api.delete(
    "/<uuid:preference_id>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Delete preferences",
)
def delete_preferences(actor: Actor, preference_id: uuid.UUID) -> MessageAnswer:
    """Delete a set of preferences; its user goes on with the defaults."""
    services().preferences.delete(actor, preference_id)
    return MessageAnswer(message="Preferences deleted successfully")
