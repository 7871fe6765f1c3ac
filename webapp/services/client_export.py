"""Writes clients as CSV, a few hundred at a time, whatever their number."""

import uuid
from collections.abc import Iterator
from itertools import count

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from webapp.extensions import db
from webapp.models import Client, User
from webapp.schemas.clients import ClientListQuery
from webapp.services import client_csv
from webapp.services import client_queries as queries
from webapp.services.access import Actor, Permission
from webapp.services.csv_table import write_row
from webapp.services.transactions import snapshot

AT_ONCE = 500


class ClientExport:
    """Reads all clients that a list's filters find, oldest first."""

    def lines(self, actor: Actor, query: ClientListQuery) -> Iterator[str]:
        """Return an iterator of CSV lines, the heading first; `skip`, `limit`, `sort` are unused.

        Who may not is refused here, before the first line.
        """
        actor.require(Permission.VIEW)
        return self._lines(actor, query)

    def _lines(self, actor: Actor, query: ClientListQuery) -> Iterator[str]:
        yield write_row(client_csv.COLUMNS)
        matching = queries.matching(actor, query)
        last: uuid.UUID | None = None
        for _ in count():
            written, last = _chunk(actor, matching, after=last)
            if last is None:
                return
            yield written


def _chunk(
    actor: Actor, matching: Select[Client], *, after: uuid.UUID | None
) -> tuple[str, uuid.UUID | None]:
    """Return the lines of the next clients and the last one's id, None when there are no more."""
    if after is not None:
        matching = matching.where(Client.id > after)
    page = matching.options(selectinload(Client.members)).order_by(Client.id).limit(AT_ONCE)
    with snapshot():
        clients = list(db.session.scalars(page))
        users = {member.user_id for client in clients for member in client.members}
        emails = _emails(actor, users)
        text = "".join(write_row(client_csv.row_of(each, emails)) for each in clients)
        return text, clients[-1].id if clients else None


def _emails(actor: Actor, user_ids: set[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    rows = db.session.execute(
        select(User.id, User.email).where(
            User.business_id == actor.business_id, User.id.in_(user_ids)
        )
    )
    return {user_id: email for user_id, email in rows}  # noqa: C416 -- rows are no pairs to a type checker
