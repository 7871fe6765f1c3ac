"""UserService: the people of a business, kept by its admins."""

from sqlalchemy import func, or_, select

from webapp.errors import ConflictError, FieldError
from webapp.extensions import db
from webapp.models import Business, User
from webapp.schemas.users import UserInput, UserListQuery, UserPatch
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import Key, Order, part_of
from webapp.services.passwords import Passwords, check_new_password
from webapp.services.sessions import Sessions
from webapp.services.transactions import atomic
from webapp.tenancy import across_businesses

ORDER: Order = (Key(User.name, "name", lowered=True), Key(User.id, "id"))


class UserService:
    """Keeps users. Who acts can neither disable, demote nor delete themselves.

    So each business keeps an admin, whatever its admins do to each other.
    """

    def __init__(self) -> None:
        self._sessions = Sessions()
        self._passwords = Passwords()

    def list(self, actor: Actor, query: UserListQuery) -> tuple[list[User], int]:
        """Return a page of users by name, and how many match in all."""
        actor.require(Permission.ADMINISTER)
        found = scoped(User, actor.business_id)
        if query.role is not None:
            found = found.where(User.role == query.role)
        if query.is_active is not None:
            found = found.where(User.is_active == query.is_active)
        for word in (query.q or "").split():
            names = (User.name, User.email)
            found = found.where(or_(*(each.icontains(word, autoescape=True) for each in names)))
        total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return [*db.session.scalars(part_of(found, ORDER, query))], total

    def get(self, actor: Actor, user_id: int) -> User:
        """Return one user of the caller's business."""
        actor.require(Permission.ADMINISTER)
        return get_owned(User, user_id, actor.business_id)

    def me(self, actor: Actor) -> User:
        """Return the caller."""
        actor.require(Permission.VIEW)
        return get_owned(User, actor.user_id, actor.business_id)

    def create(self, actor: Actor, given: UserInput) -> User:
        """Store a new user. Raises ConflictError where the address is taken."""
        actor.require(Permission.ADMINISTER)
        values = given.model_dump(exclude={"password"})
        values["password_hash"] = self._hash(given.password)
        with atomic() as session:
            self._take_turns(actor)
            _refuse_taken(given.email)
            user = User(business_id=actor.business_id, **values)
            session.add(user)
        return user

    def update(self, actor: Actor, user_id: int, patch: UserPatch) -> User:
        """Change what the patch holds. A new password and switching off end every session."""
        actor.require(Permission.ADMINISTER)
        given = patch.model_fields_set
        values = patch.model_dump(include=set(given) - {"password"})
        if "password" in given:
            values["password_hash"] = self._hash(patch.password)
        with atomic():
            self._take_turns(actor)
            user = get_owned(User, user_id, actor.business_id)
            self._refuse_own_end(actor, user, values)
            if "email" in values:
                _refuse_taken(values["email"], but=user.id)
            for name, value in values.items():
                setattr(user, name, value)
            if "password_hash" in values or not user.is_active:
                self._sessions.end_all(user.id)
        return user

    def delete(self, actor: Actor, user_id: int) -> None:
        """Delete a user with what is theirs alone; mails, runs and schedules stay."""
        actor.require(Permission.ADMINISTER)
        with atomic() as session:
            self._take_turns(actor)
            user = get_owned(User, user_id, actor.business_id)
            if user.id == actor.user_id:
                raise ConflictError("You cannot delete yourself. Ask another admin.")
            session.delete(user)

    def _hash(self, password: str | None) -> str | None:
        if password is None:
            return None
        check_new_password(password)
        return self._passwords.hash(password)

    @staticmethod
    def _refuse_own_end(actor: Actor, user: User, values: dict[str, object]) -> None:
        if user.id != actor.user_id:
            return
        if values.get("is_active") is False:
            raise ConflictError("You cannot switch yourself off. Ask another admin.")
        if values.get("role", user.role) != user.role:
            raise ConflictError("You cannot change your own role. Ask another admin.")

    @staticmethod
    def _take_turns(actor: Actor) -> None:
        """Let one transaction at a time change users, and only while its actor is an admin."""
        own = select(Business.id).where(Business.id == actor.business_id)
        db.session.execute(own.with_for_update())
        acting = select(User).where(User.id == actor.user_id, User.is_active)
        user = db.session.scalar(acting.execution_options(populate_existing=True))
        if user is None or user.role != actor.role:
            raise ConflictError("Your own account was changed meanwhile. Try again.")


def _refuse_taken(email: str, *, but: int | None = None) -> None:
    same = select(User.id).where(func.lower(User.email) == email.lower())
    if but is not None:
        same = same.where(User.id != but)
    with across_businesses():  # an address is one account's, in whichever business
        is_taken = db.session.scalar(same) is not None
    if is_taken:
        sentence = "There is already an account with this e-mail address."
        raise ConflictError(sentence, [FieldError("email", sentence)])
