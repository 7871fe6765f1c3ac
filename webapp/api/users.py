"""Users over JSON, for admins; and who oneself is."""

from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.users import UserAnswer, UserInput, UserListAnswer, UserListQuery, UserPatch
from webapp.services.access import Actor, Permission
from webapp.services.users import ORDER

PREFIX = "/users"
api = Api("users", prefix=PREFIX, tag="Users")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    query=UserListQuery,
    answer=UserListAnswer,
    summary="List users",
)
def list_users(actor: Actor, query: UserListQuery) -> UserListAnswer:
    """Answer with a page of users by name, disabled ones too."""
    rows, total = services().users.list(actor, query)
    users = [UserAnswer.model_validate(each) for each in rows]
    return UserListAnswer(users=users, **part(query, rows, total=total, order=ORDER))


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    body=UserInput,
    answer=UserAnswer,
    status=HTTPStatus.CREATED,
    summary="Create a user",
)
def create_user(actor: Actor, body: UserInput) -> tuple[UserAnswer, dict[str, str]]:
    """Store a user of your business. 409 where the e-mail address has an account."""
    user = services().users.create(actor, body)
    return UserAnswer.model_validate(user), {"Location": f"{API_ROOT}{PREFIX}/{user.id}"}


@api.get("/me", permission=Permission.VIEW, answer=UserAnswer, summary="Get yourself")
def get_me(actor: Actor) -> UserAnswer:
    """Answer with the caller."""
    return UserAnswer.model_validate(services().users.me(actor))


@api.get(
    "/<int:user_id>", permission=Permission.ADMINISTER, answer=UserAnswer, summary="Get a user"
)
def get_user(actor: Actor, user_id: int) -> UserAnswer:
    """Answer with one user."""
    return UserAnswer.model_validate(services().users.get(actor, user_id))


@api.put(
    "/<int:user_id>",
    permission=Permission.ADMINISTER,
    body=UserPatch,
    answer=UserAnswer,
    summary="Change a user; what the body does not hold stays",
)
def update_user(actor: Actor, body: UserPatch, user_id: int) -> UserAnswer:
    """Merge the body into a user. Switched off, they can do nothing from the next request on."""
    return UserAnswer.model_validate(services().users.update(actor, user_id, body))


@api.delete(
    "/<int:user_id>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Delete a user; their mails, runs and schedules stay",
)
def delete_user(actor: Actor, user_id: int) -> MessageAnswer:
    """Delete a user with preferences, inbox and tokens."""
    services().users.delete(actor, user_id)
    return MessageAnswer(message="User deleted successfully")
