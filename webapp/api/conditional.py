"""ETags: what has not changed is not sent again, what was changed meanwhile is not overwritten."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from flask import Response, request
from werkzeug.datastructures import ETags

from webapp.errors import PreconditionFailedError
from webapp.services.transactions import first_transaction, take_turns_over

_DIGITS = 32
_CHANGED = (
    "This was changed since you read it. Read it again and decide anew; send the new ETag in "
    "If-Match."
)
_NO_ETAG = "This address has no ETag. Leave If-Match out."


def with_tag(response: Response) -> Response:
    """Give an answer the ETag of what it says."""
    response.set_etag(_tag(response))
    return response


def fresh(response: Response) -> Response:
    """Answer 304 where the caller has what would be sent."""
    tagged = with_tag(response)
    if request.headers.get("If-None-Match") is None:
        return tagged
    if not _matches(request.if_none_match, _tag(response)):
        return tagged
    return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": response.headers["ETag"]})


@contextmanager
def as_expected(current: Callable[[], Response] | None) -> Iterator[None]:
    """Let a change happen only to the state that `If-Match` names; `current` reads that.

    It is compared before the change and once more inside its transaction, while others that
    name a state of the same address wait. Raises PreconditionFailedError.
    """
    if request.headers.get("If-Match") is None:
        yield
        return
    if current is None:
        raise PreconditionFailedError(_NO_ETAG)
    read = current

    def compare() -> None:
        if not _matches(request.if_match, _tag(read())):
            raise PreconditionFailedError(_CHANGED)

    def compare_in_turn() -> None:
        take_turns_over(request.path.rstrip("/"))
        compare()

    compare()
    with first_transaction(at_begin=compare_in_turn):
        yield


def _tag(response: Response) -> str:
    return hashlib.sha256(response.get_data()).hexdigest()[:_DIGITS]


def _matches(wanted: ETags, tag: str) -> bool:
    """Compare without the `:gzip` that compression adds to a tag on its way out."""
    if wanted.star_tag:
        return True
    # Where a header is no list of tags, Werkzeug puts a None among them
    names = [each for each in wanted.as_set(include_weak=True) if each]
    return tag in {each.partition(":")[0] for each in names}
