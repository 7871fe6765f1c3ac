"""The client form: what it shows, what was typed into it, and how that becomes an input."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.enums import MemberRole
from webapp.errors import FieldError, InvalidInputError
from webapp.models import Client
from webapp.pages.forms import FormErrors, parse_form
from webapp.providers.search.feed_check import FeedReport
from webapp.schemas.clients import ClientInput, ClientPatch, MemberInput
from webapp.services.access import Actor

InputT = TypeVar("InputT", bound=ClientInput)
Form = MultiDict[str, str]
LINES = (
    "aliases",
    "products",
    "keywords",
    "must_have_terms",
    "must_not_terms",
    "feed_urls",
)
"""Fields that hold one entry a line."""
PLAIN = (
    "name",
    "legal_name",
    "domain",
    "industry",
    "ticker",
    "cik",
    "tier",
    "arr",
    "currency",
    "renewal_on",
    "crm_account_id",
    "notes",
)
ORDER = (
    *("name", "legal_name", "domain", "industry", "aliases"),
    *("products", "keywords", "must_have_terms", "must_not_terms"),
    *("feed_urls", "cik", "ticker"),
    *("tier", "arr", "currency", "renewal_on", "crm_account_id", "members", "notes"),
)
"""The fields as they stand in the form."""
_OWNER, _STAND_IN, _MEMBERS = "_owner", "_stand_in", "_members"
_MAX_CHECKED = 20


@dataclass
class ClientForm:
    """Everything that the form's template shows."""

    values: dict[str, Any]
    errors: FormErrors = field(default_factory=FormErrors)
    reports: Sequence[FeedReport] | None = None


def fresh(actor: Actor) -> dict[str, Any]:
    """Return the values of a new client, whose owner is the one who enters it."""
    empty: dict[str, Any] = dict.fromkeys((*PLAIN, *LINES), "")
    return {
        **empty,
        "currency": "USD",
        "owner": str(actor.user_id),
        "stand_in": "",
        "member_ids": [],
    }


def stored(client: Client) -> dict[str, Any]:
    """Return the values of a client as they are stored."""
    values: dict[str, Any] = {name: getattr(client, name) for name in PLAIN}
    values |= {name: "\n".join(getattr(client, name)) for name in LINES}
    values["arr"] = "" if client.arr is None else f"{client.arr:.10g}"
    by_role: dict[MemberRole, list[str]] = {role: [] for role in MemberRole}
    for member in client.members:
        by_role[member.role].append(str(member.user_id))
    owners, stand_ins = by_role[MemberRole.OWNER], by_role[MemberRole.STAND_IN]
    values["owner"] = owners[0] if owners else ""
    values["stand_in"] = stand_ins[0] if stand_ins else ""
    # Who is one owner of several stays assigned, shown among the further members
    values["member_ids"] = [*by_role[MemberRole.MEMBER], *owners[1:], *stand_ins[1:]]
    return values


def typed(form: Form) -> dict[str, Any]:
    """Return what was typed, to show the form again without losing anything."""
    values: dict[str, Any] = {name: form.get(name, "") for name in (*PLAIN, *LINES)}
    values |= {"owner": form.get(_OWNER, ""), "stand_in": form.get(_STAND_IN, "")}
    values["member_ids"] = form.getlist(_MEMBERS)
    return values


def read(schema: type[InputT], form: Form) -> InputT:
    """Read a posted client; raises InvalidInputError with an entry for each mistake."""
    members, errors = _members(form)
    if not form.get("name", "").strip():
        errors.insert(0, FieldError("name", "Give it a name."))
    try:
        given = parse_form(schema, _plain(form), lists=LINES)
    except InvalidInputError as error:
        errors += [each for each in error.errors if each.field not in {bad.field for bad in errors}]
    if errors:
        raise InvalidInputError.of_all(errors)
    return given.model_copy(update={"members": members})


def sound_part(form: Form, error: InvalidInputError) -> ClientPatch:
    """Return what of a posted client makes sense, when `read` refused the rest."""
    bad = {each.field.partition(".")[0] for each in error.errors}
    plain = _plain(form)
    for name in bad & plain.keys():
        plain.poplist(name)
    given = parse_form(ClientPatch, plain, lists=[name for name in LINES if name not in bad])
    return given if "members" in bad else given.model_copy(update={"members": _members(form)[0]})


def in_order(errors: Sequence[FieldError]) -> list[FieldError]:
    """Sort mistakes as their fields stand in the form."""
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(errors, key=lambda each: places.get(each.field.partition(".")[0], len(places)))


def _plain(form: Form) -> Form:
    """Return the form with each list as its entries."""
    plain: Form = MultiDict(form)
    for name in LINES:
        plain.setlist(name, lines(form, name))
    return plain


def lines(form: Form, name: str) -> list[str]:
    """Return the entries of a field that holds one a line."""
    return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]


def feeds_to_check(form: Form) -> list[str]:
    """Return the addresses that were typed, as many as are looked at in one go."""
    return lines(form, "feed_urls")[:_MAX_CHECKED]


def _members(form: Form) -> tuple[list[MemberInput], list[FieldError]]:
    """Return who looks after the client; somebody with two roles has the stronger one."""
    wanted = [
        *((form.get(_OWNER, ""), MemberRole.OWNER),),
        *((form.get(_STAND_IN, ""), MemberRole.STAND_IN),),
        *((each, MemberRole.MEMBER) for each in form.getlist(_MEMBERS)),
    ]
    roles: dict[int, MemberRole] = {}
    for text, role in wanted:
        if not text:
            continue
        if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 -- no user has a longer id
            return [], [FieldError("members", "There is no such user.")]
        roles.setdefault(int(text), role)
    return [MemberInput(user_id=user_id, role=role) for user_id, role in roles.items()], []
