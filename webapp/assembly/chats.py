"""How chats are built: what keeps channels, and what posts to them."""

from webapp.assembly.parts import Outside, People
from webapp.config import Settings
from webapp.services.chats.delivery import ChatDelivering
from webapp.services.chats.service import ChatService
from webapp.services.chats.stopping import ChatStopping
from webapp.services.secret_box import SecretBox


def build_chats(settings: Settings, *, outside: Outside, people: People) -> ChatService:
    """Build the service of chats with what its workers need."""
    box = SecretBox(settings)
    stopping = ChatStopping(notifications=people.notifications, email=people.email)
    return ChatService(
        outbox=people.chats,
        delivering=ChatDelivering(
            sender=outside.chats, box=box, stopping=stopping, settings=settings
        ),
        stopping=stopping,
        sender=outside.chats,
        box=box,
    )
