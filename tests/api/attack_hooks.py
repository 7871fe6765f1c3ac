"""What Schemathesis has to be told: how to send the types that are no JSON."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/mbox")
def as_mbox(_context: object, value: Any) -> bytes:
    """Send a mailbox as the text that it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
