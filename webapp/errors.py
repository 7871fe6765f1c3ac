"""The errors that Beacon raises on purpose; each door turns them into its own answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True)
class FieldError:
    """One bad field of an input: its dotted name and what to do about it."""

    field: str
    message: str


@dataclass
class AppError(Exception):
    """Something that the caller can understand and act on."""

    detail: str
    errors: list[FieldError] = field(default_factory=list)

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Something went wrong"

    def __str__(self) -> str:
        return self.detail


class BadRequestError(AppError):
    """The request could not be read at all."""

    status = HTTPStatus.BAD_REQUEST
    title = "The request could not be read"


class NotSignedInError(AppError):
    """No valid session or token came with the request."""

    status = HTTPStatus.UNAUTHORIZED
    title = "Sign in first"


class ForbiddenError(AppError):
    """The caller is known and may not do this."""

    status = HTTPStatus.FORBIDDEN
    title = "You may not do this"


class NotFoundError(AppError):
    """There is no such object in the caller's business."""

    status = HTTPStatus.NOT_FOUND
    title = "Not found"


class ConflictError(AppError):
    """The object's state forbids the change."""

    status = HTTPStatus.CONFLICT
    title = "This conflicts with what is there"


class PreconditionFailedError(AppError):
    """The object is not in the state any more that the caller has seen."""

    status = HTTPStatus.PRECONDITION_FAILED
    title = "This was changed meanwhile"


class UnsupportedMediaTypeError(AppError):
    """The body is not of a type that the route reads."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "The body is of a type that this address does not read"


class InvalidInputError(AppError):
    """Well-formed input with values that cannot be accepted; `errors` names the fields."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Some values are not valid"

    @classmethod
    def of(cls, name: str, message: str) -> "InvalidInputError":
        """Build the error for one field."""
        return cls(message, [FieldError(name, message)])

    @classmethod
    def of_all(cls, errors: Sequence[FieldError]) -> "InvalidInputError":
        """Build the error for several fields."""
        return cls(" ".join(each.message for each in errors), [*errors])


class TooManyRequestsError(AppError):
    """The caller has to wait; `retry_after` is in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many tries"
    retry_after: int = 60


class SettingsError(Exception):
    """A setting is nonsense; the message names the variable and what it takes."""


class LeaseLostError(Exception):
    """Another worker has taken this shard; whoever sees this writes nothing more."""


class RunCancelledError(Exception):
    """The run was cancelled; the worker stops at the next client."""


class ProviderError(Exception):
    """An outside service failed.

    `permanent` says that trying again without a change is useless, `retry_after` how many
    seconds the service asked for, `account_wide` that the failure would hit every client
    (a wrong key, a spent quota, an outage) and so counts against the source, not the run.
    The message is fit for a page: it never holds a key or a response body.
    """

    permanent = False
    account_wide = False

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderUnavailableError(ProviderError):
    """The service did not answer, or answered with a server error."""

    account_wide = True


class ProviderTimeoutError(ProviderUnavailableError):
    """The service took longer than its total time limit."""


class ProviderRateLimitedError(ProviderError):
    """The service asks to slow down."""

    account_wide = True


class ProviderQuotaError(ProviderError):
    """The day's or account's quota is spent; no call helps before its reset."""

    permanent = True
    account_wide = True


class ProviderAuthError(ProviderError):
    """The key, token or permission is wrong; a person has to mend it."""

    permanent = True
    account_wide = True


class ProviderResponseError(ProviderError):
    """The answer could not be understood: no JSON, a wrong shape, out of range, too big."""


class ProviderRequestError(ProviderError):
    """The service refused this one request as wrong."""

    permanent = True


class AddressRefusedError(ProviderError):
    """The address points into a private network or is no address for us to fetch."""

    permanent = True
