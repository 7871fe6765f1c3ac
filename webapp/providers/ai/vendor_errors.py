"""What a language model vendor's status codes mean, where both vendors mean the same."""

from dataclasses import dataclass
from http import HTTPStatus

from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.providers.ai.sdk_call import StatusError

_FOR_A_PERSON = {
    HTTPStatus.UNAUTHORIZED: "{vendor} refused the key. Set a valid one as {setting}_API_KEY.",
    HTTPStatus.FORBIDDEN: "{vendor} does not let this key do that. Check what it may use.",
    HTTPStatus.NOT_FOUND: "{vendor} does not offer the model {model} to this key. "
    "Check {setting}_MODEL.",
}
_LIMITS = (
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS,
)
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT)


class RequestTooLargeError(ProviderRequestError):
    """The request never fits; parts of it may."""


@dataclass(frozen=True)
class VendorErrors:
    """Puts one vendor's failures into Beacon's words; `setting` begins its variables' names."""

    vendor: str
    setting: str
    model: str

    def spent(self) -> ProviderQuotaError:
        """Return the error for an account that has nothing left."""
        return ProviderQuotaError(
            f"The {self.vendor} account has no credit left. Add some in its billing."
        )

    def slow_down(self, retry_after: float | None) -> ProviderRateLimitedError:
        """Return the error for an ordinary rate limit."""
        return ProviderRateLimitedError(
            f"{self.vendor} asks to slow down.", retry_after=retry_after
        )

    def too_large(self) -> RequestTooLargeError:
        """Return the error for a request that never fits."""
        return RequestTooLargeError(f"The request is larger than {self.vendor} takes at once.")

    def describe(self, error: StatusError) -> ProviderError:
        """Return the error for a status; its text holds nothing of the vendor's answer."""
        status = error.status
        if status in _FOR_A_PERSON:
            text = _FOR_A_PERSON[HTTPStatus(status)].format(**vars(self))
            return ProviderAuthError(text)
        if status in _LIMITS:
            return self._limited(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
            return ProviderUnavailableError(
                f"{self.vendor} is not available (status {status}).", retry_after=error.retry_after
            )
        if status < HTTPStatus.BAD_REQUEST:
            return ProviderResponseError(
                f"{self.vendor}'s address answered with status {status}. "
                f"Check {self.setting}_BASE_URL."
            )
        return ProviderRequestError(f"{self.vendor} refused the request (status {status}).")

    def _limited(self, error: StatusError) -> ProviderError:
        if error.status == HTTPStatus.PAYMENT_REQUIRED:
            return self.spent()
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return self.too_large()
        return self.slow_down(error.retry_after)
