"""The demo's clients: invented companies, with renewals that lie around today."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp.enums import ClientTier, MemberRole
from webapp.models import Business, Client, ClientMember, User

_ENTERPRISE, _MID, _SMALL = ClientTier.ENTERPRISE, ClientTier.MID_MARKET, ClientTier.SMB


@dataclass(frozen=True)
class _Company:
    """`owner` is a position in the list of people; `renews_in` counts days."""

    name: str
    industry: str
    tier: ClientTier
    arr: int
    renews_in: int
    owner: int
    products: tuple[str, ...] = ()


_COMPANIES = (
    _Company("Halcyon Health", "Healthcare", _ENTERPRISE, 240_000, 41, 1, ("CarePath",)),
    _Company("Castellan Bank", "Banking", _ENTERPRISE, 410_000, 128, 0, ("Castellan Pay",)),
    _Company("Northwind Logistics", "Logistics", _ENTERPRISE, 186_000, 17, 1, ("RouteOne",)),
    _Company("Meridian Energy", "Energy", _ENTERPRISE, 320_000, 203, 0, ("GridView",)),
    _Company("Orbital Robotics", "Manufacturing", _MID, 92_000, 64, 1, ("ArmKit",)),
    _Company("Brightleaf Foods", "Consumer goods", _MID, 74_000, 88, 1, ("Leafbar",)),
    _Company("Quillstone Media", "Media", _MID, 58_000, 9, 0, ("Quill Daily",)),
    _Company("Saffron Hotels", "Hospitality", _MID, 66_000, 151, 0, ("Saffron Stay",)),
    _Company("Tamarack Insurance", "Insurance", _ENTERPRISE, 205_000, 75, 1, ("SureTrack",)),
    _Company("Lumen Lane Education", "Education", _SMALL, 21_000, 34, 0, ("ClassLane",)),
)


def add_clients(
    session: Session, business: Business, users: list[User], *, today: date
) -> list[Client]:
    """Store the clients with their owners; the manager stands in for the two biggest."""
    clients = [_client(business, each, users[each.owner], today) for each in _COMPANIES]
    manager = users[-1]
    for client in sorted(clients, key=lambda each: each.arr or 0)[-2:]:
        client.members.append(ClientMember(user_id=manager.id, role=MemberRole.STAND_IN))
    session.add_all(clients)
    session.flush()
    return clients


def _client(business: Business, company: _Company, owner: User, today: date) -> Client:
    slug = company.name.lower().replace(" ", "")
    client = Client(
        business_id=business.id,
        name=company.name,
        industry=company.industry,
        tier=company.tier,
        domain=f"{slug}.example",
        legal_name=f"{company.name} Ltd",
        products=list(company.products),
        keywords=[company.industry.lower()],
        arr=float(company.arr),
        renewal_on=today + timedelta(days=company.renews_in),
    )
    client.members.append(ClientMember(user_id=owner.id, role=MemberRole.OWNER))
    return client
