"""How a start ends early."""


class StartError(Exception):
    """Beacon cannot start; the message is the one sentence that the person gets."""


class StopRequestedError(BaseException):
    """Somebody asked us to end. No Exception, so that no handler on the way swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum
