"""Preferences: what each user wants to hear of, and who is to be told of an event."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from webapp import clock
from webapp.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Event, User, UserPreference
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.preferences import (
    ALL_DAY,
    MAX_INTEGER_ID,
    DisplayPatch,
    PreferenceInput,
    PreferencePatch,
    is_all_day,
)
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.attention import Attention, attention_for, instant_mails_today
from webapp.services.digest_due import DigestDue, users_for_digest
from webapp.services.notification_audience import Audience, load_audience
from webapp.services.notification_case import (
    Case,
    ChannelDecision,
    Happening,
    NotifyContext,
    Person,
    Standing,
    Wishes,
)
from webapp.services.notification_rules import decide
from webapp.services.transactions import atomic

_OWNER_KEY = ("user_id", "business_id")


class UserPreferenceService:
    """Keeps preferences, and alone decides whether a user hears of an event."""

    def get_or_create_preferences(self, user_id: int, business_id: uuid.UUID) -> UserPreference:
        """Return the user's preferences, made with the defaults if there are none.

        Two callers at once get the same row.
        """
        found = self._find(user_id, business_id)
        if found is not None:
            return found
        with atomic():
            row = {"id": new_uuid(), "user_id": user_id, "business_id": business_id}
            insert_or_ignore(UserPreference, [row], conflict=_OWNER_KEY)
            made = self._find(user_id, business_id)
        if made is None:
            raise NotFoundError("There are no preferences of this user.")
        return made

    def mine(self, actor: Actor) -> UserPreference:
        """Return the actor's own preferences, made if there are none."""
        actor.require(Permission.VIEW)
        return self.get_or_create_preferences(actor.user_id, actor.business_id)

    def for_user(self, actor: Actor, user_id: int) -> UserPreference:
        """Return a user's preferences: one's own, or anybody's of the business for an admin."""
        actor.require(Permission.VIEW)
        if user_id > MAX_INTEGER_ID:
            raise NotFoundError("There is no user with this id.")
        user = get_owned(User, user_id, actor.business_id)
        if user.id != actor.user_id and not actor.can(Permission.ADMINISTER):
            raise ForbiddenError("Only an admin may see the preferences of somebody else.")
        return self.get_or_create_preferences(user.id, user.business_id)

    def update_preferences(self, actor: Actor, patch: PreferencePatch) -> UserPreference:
        """Merge the sent fields into the actor's own preferences."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            row = self.get_or_create_preferences(actor.user_id, actor.business_id)
            for name in patch.model_fields_set:
                setattr(row, name, getattr(patch, name))
            _check_quiet_hours(row)
        return row

    def reset(self, actor: Actor) -> UserPreference:
        """Put the actor's own preferences back to the defaults."""
        return self.update_preferences(actor, PreferencePatch(**PreferencePatch().model_dump()))

    def create(self, actor: Actor, body: PreferenceInput) -> UserPreference:
        """Make a user's first preferences; a second set is a ConflictError."""
        actor.require(Permission.ADMINISTER)
        if body.business_id not in (None, actor.business_id):
            raise ForbiddenError("business_id is not your business; leave it out.")
        values = body.model_dump(exclude={"user_id", "business_id"})
        with atomic() as session:
            self._require_user(body.user_id, actor.business_id)
            new_id = new_uuid()
            row = {"id": new_id, "user_id": body.user_id, "business_id": actor.business_id}
            if not insert_or_ignore(UserPreference, [row], conflict=_OWNER_KEY):
                raise ConflictError("This user has preferences already: change them with PUT.")
            made = get_owned(UserPreference, new_id, actor.business_id)
            for name, value in values.items():
                setattr(made, name, value)
            _check_quiet_hours(made)
            session.flush()
        return made

    def delete(self, actor: Actor, preference_id: uuid.UUID) -> None:
        """Delete a set of preferences; its user goes on with the defaults."""
        actor.require(Permission.ADMINISTER)
        with atomic() as session:
            session.delete(get_owned(UserPreference, preference_id, actor.business_id))

    def update_display(self, actor: Actor, patch: DisplayPatch) -> User:
        """Merge the sent fields (zone, theme, single keys) into the actor's own account."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            user = get_owned(User, actor.user_id, actor.business_id)
            for name in patch.model_fields_set:
                setattr(user, name, getattr(patch, name))
        return user

    def update_all(self, actor: Actor, wishes: PreferencePatch, display: DisplayPatch) -> None:
        """Change preferences and account together: both, or neither."""
        with atomic():
            self.update_preferences(actor, wishes)
            self.update_display(actor, display)

    def account(self, actor: Actor) -> User:
        """Return the actor's own account."""
        return get_owned(User, actor.user_id, actor.business_id)

    def audience(self, business_id: uuid.UUID) -> Audience:
        """Return everybody who could be told, in four queries; a batch of events shares it."""
        return load_audience(business_id)

    def should_notify_for_event(
        self,
        event: Happening,
        *,
        user: Person,
        preference: Wishes,
        is_assigned: bool,
        context: NotifyContext,
        standing: Standing | None = None,
    ) -> tuple[ChannelDecision, ...]:
        """Decide for one user, one decision a channel, each with its checks. Reads nothing."""
        at = context.at or clock.now()
        return decide(
            Case(event, user, preference, is_assigned, context, at, standing or Standing())
        )

    def get_users_to_notify(
        self,
        event: Event,
        *,
        audience: Audience | None = None,
        context: NotifyContext | None = None,
    ) -> list[ChannelDecision]:
        """Decide for every active user of the event's business, over every channel.

        Those who are not told are in the list too, with the verdict `hold` and its reason.
        """
        everybody = audience or self.audience(event.business_id)
        told = context or NotifyContext()
        rota = everybody.rota(told.at or clock.now())
        return [
            decision
            for user in everybody.users
            for decision in self.should_notify_for_event(
                event,
                user=user,
                preference=everybody.preferences[user.id],
                is_assigned=everybody.is_assigned(user.id, event.client_id),
                context=told,
                standing=everybody.standing(user.id, event.client_id, rota),
            )
        ]

    def attention(self, audience: Audience, client_id: uuid.UUID) -> Attention:
        """Return what limits instant mails about a client; see `attention_for`."""
        return attention_for(audience, client_id)

    def instant_mails_today(self, audience: Audience) -> Mapping[int, int]:
        """Count the instant mails of each user's own day, pending ones included."""
        return instant_mails_today(audience)

    def get_users_for_digest(self, now: datetime | None = None) -> list[DigestDue]:
        """Return the users, of all businesses, whose digest has fallen due and was not made."""
        return users_for_digest(now or clock.now())

    def _find(self, user_id: int, business_id: uuid.UUID) -> UserPreference | None:
        found: UserPreference | None = db.session.scalar(
            scoped(UserPreference, business_id).where(UserPreference.user_id == user_id)
        )
        return found

    def _require_user(self, user_id: int, business_id: uuid.UUID) -> None:
        if db.session.scalar(scoped(User, business_id).where(User.id == user_id)) is None:
            raise InvalidInputError.of("user_id", "There is no user with this id.")


def _check_quiet_hours(row: UserPreference) -> None:
    start, end = row.quiet_hours_start, row.quiet_hours_end
    if (start is None) != (end is None):
        missing = "quiet_hours_start" if start is None else "quiet_hours_end"
        raise InvalidInputError.of(missing, "Quiet hours need a start and an end.")
    if start is not None and end is not None and is_all_day(start, end):
        raise InvalidInputError.of("quiet_hours_end", f"{ALL_DAY[:1].upper()}{ALL_DAY[1:]}.")
