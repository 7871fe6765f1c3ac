"""A client's identity as the sources take it."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from webapp.enums import ExclusionKind
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Client, ClientExclusion
from webapp.models.base import run, table_of
from webapp.providers.base import SearchTarget
from webapp.providers.search.edgar_identity import bare_symbol

_CLIENTS, _EXCLUSIONS = table_of(Client), table_of(ClientExclusion)
_CLIENT = (
    select(_CLIENTS, _EXCLUSIONS.c.kind, _EXCLUSIONS.c.value)
    .outerjoin_from(
        _CLIENTS,
        _EXCLUSIONS,
        and_(
            _EXCLUSIONS.c.client_id == _CLIENTS.c.id,
            _EXCLUSIONS.c.business_id == _CLIENTS.c.business_id,
            _EXCLUSIONS.c.undone_at.is_(None),
        ),
    )
    .where(_CLIENTS.c.id == bindparam("client"))
    .order_by(_EXCLUSIONS.c.created_at, _EXCLUSIONS.c.id)
)


def target_of(
    client: Client | Row[Any],
    *,
    gdelt_enabled: bool,
    exclusions: Sequence[ClientExclusion | Row[Any]] = (),
) -> SearchTarget:
    """Return what a source needs to find a client of a business that has GDELT on or off.

    `exclusions` are those in force, as "wrong company" taught them.
    """
    return SearchTarget(
        client_id=str(client.id),
        name=client.name,
        legal_name=client.legal_name,
        domain=client.domain,
        ticker=client.ticker,
        cik=client.cik,
        aliases=tuple(client.aliases),
        products=tuple(client.products),
        keywords=tuple(client.keywords),
        must_have_terms=tuple(client.must_have_terms),
        must_not_terms=_joined(client.must_not_terms, exclusions, ExclusionKind.TERM),
        must_not_domains=_joined((), exclusions, ExclusionKind.DOMAIN),
        feed_urls=tuple(client.feed_urls),
        gdelt_enabled=gdelt_enabled,
        industry=client.industry,
    )


def further_names(target: SearchTarget) -> tuple[str, ...]:
    """Return what a client is called beside its name, for whoever judges an article."""
    legal = (target.legal_name,) if target.legal_name else ()
    ticker = (f"${bare_symbol(target.ticker)}",) if target.ticker else ()
    return tuple(dict.fromkeys((*legal, *target.aliases, *target.products, *ticker)))


def exclusions_in_force(client_id: uuid.UUID) -> list[ClientExclusion]:
    """Return what "wrong company" taught about a client and nobody undid, oldest first."""
    query = (
        select(ClientExclusion)
        .where(ClientExclusion.client_id == client_id, ClientExclusion.undone_at.is_(None))
        .order_by(ClientExclusion.created_at, ClientExclusion.id)
    )
    return list(db.session.scalars(query))


def read_client(client_id: uuid.UUID) -> tuple[Row[Any], list[Row[Any]]]:
    """Read a client and its exclusions in force as plain rows: one query.

    For the path of every run. Raises NotFoundError.
    """
    rows = run(_CLIENT, {"client": client_id}).all()
    if not rows:
        raise NotFoundError("There is no client with this id.")
    return rows[0], [row for row in rows if row.kind is not None]


def _joined(
    own: Sequence[str], exclusions: Sequence[ClientExclusion | Row[Any]], kind: ExclusionKind
) -> tuple[str, ...]:
    learned = (each.value for each in exclusions if each.kind is kind)
    return tuple(dict.fromkeys((*own, *learned)))
