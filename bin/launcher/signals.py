"""Turning the first request to end into an exception; further ones change nothing."""

import signal
from types import FrameType

from bin.launcher.errors import StopRequestedError

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen() -> None:
    """Raise StopRequestedError in the main thread at Ctrl-C, SIGTERM or a closed terminal."""
    for signum in _ASKING:
        ignored = signal.getsignal(signum) == signal.SIG_IGN
        if not (signum == signal.SIGHUP and ignored):  # nohup asked to outlive the terminal
            signal.signal(signum, _raise)


def _raise(signum: int, _frame: FrameType | None) -> None:
    for other in _ASKING:
        signal.signal(other, signal.SIG_IGN)
    raise StopRequestedError(signum)
