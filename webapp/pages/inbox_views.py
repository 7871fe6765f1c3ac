"""The views of the inbox, as links above each of them."""

from webapp.container import services
from webapp.schemas.notifications import NotificationView
from webapp.services.access import Actor
from webapp.services.keyset import MAX_COUNTED

HELD_BACK = "/notifications/held-back"
_VIEWS = (
    (NotificationView.INBOX, "Inbox"),
    (NotificationView.UNREAD, "Unread"),
    (NotificationView.SNOOZED, "Snoozed"),
    (NotificationView.DONE, "Done"),
    (NotificationView.ALL, "All"),
)


def counted_text(count: int) -> str:
    """Write a number that is counted only up to a bound."""
    return f"{count:,}+" if count == MAX_COUNTED else f"{count:,}"


def links(actor: Actor, current: str, *, type_: str = "") -> list[tuple[str, str, bool]]:
    """Return address, text and whether it is shown, of each view; a kind is carried along."""
    found = [(view, text, _address(view, type_)) for view, text in _VIEWS]
    count = counted_text(services().held_back.count(actor))
    return [
        *((url, text, view.value == current) for view, text, url in found),
        (HELD_BACK, f"Held back ({count})", current == HELD_BACK),
    ]


def _address(view: NotificationView, type_: str) -> str:
    parts = [] if view is NotificationView.INBOX else [f"view={view.value}"]
    text = "&".join([*parts, *([f"type={type_}"] if type_ else [])])
    return f"/notifications?{text}" if text else "/notifications"
