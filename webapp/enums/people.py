"""Who uses Beacon and for whom: roles, scopes, clients, looks."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do inside a business, strongest first."""

    ADMIN = "admin"
    MANAGER = "manager"
    CSM = "csm"
    VIEWER = "viewer"


class TokenScope(StrEnum):
    """What a bearer token may do; the user's role still bounds it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class AuditDoor(StrEnum):
    """Through which door something was done."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"


class ClientStatus(StrEnum):
    """Whether a client is watched."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class ClientTier(StrEnum):
    """How big an account is."""

    ENTERPRISE = "enterprise"
    MID_MARKET = "mid_market"
    SMB = "smb"


class ExclusionKind(StrEnum):
    """What a "wrong company" excludes from a client."""

    TERM = "term"
    DOMAIN = "domain"


class MemberRole(StrEnum):
    """How a user is assigned to a client; each counts as assigned."""

    OWNER = "owner"
    MEMBER = "member"
    STAND_IN = "stand_in"


class Theme(StrEnum):
    """The colours that a user wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
