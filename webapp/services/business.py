"""BusinessService: what holds for a whole business, and only its admins may change."""

from webapp.extensions import db
from webapp.models import Business
from webapp.schemas.business import BusinessPatch
from webapp.services.access import Actor, Permission
from webapp.services.transactions import atomic


class BusinessService:
    """Reads and changes the caller's own business; there is no way to another one."""

    def get(self, actor: Actor) -> Business:
        """Return the caller's business."""
        actor.require(Permission.ADMINISTER)
        return db.session.get_one(Business, actor.business_id)

    def update(self, actor: Actor, patch: BusinessPatch) -> Business:
        """Change what the patch holds; runs that start from now on heed it."""
        actor.require(Permission.ADMINISTER)
        with atomic():
            business = db.session.get_one(Business, actor.business_id, with_for_update=True)
            for name in patch.model_fields_set:
                setattr(business, name, getattr(patch, name))
        return business
