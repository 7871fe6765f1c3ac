"""Forms and query strings of pages, read with the same schemas as the API's bodies."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from webapp.errors import FieldError, InvalidInputError
from webapp.schemas.base import Schema, invalid_input
from webapp.schemas.untrusted import is_storable

SchemaT = TypeVar("SchemaT", bound=Schema)
CSRF_FIELD = "csrf_token"
_PAGE_ONLY = "_"
_ON = {"1", "on", "true", "yes"}


class FormErrors(dict[str, str]):
    """What a form shows beside its fields: field name to what is wrong, a line a mistake."""

    @classmethod
    def of(cls, error: InvalidInputError) -> "FormErrors":
        """Gather each field's sentences; a part of a list or object counts for its field."""
        lines: dict[str, dict[str, None]] = {}
        for each in error.errors:
            lines.setdefault(each.field.partition(".")[0], {})[each.message] = None
        return cls({name: "\n".join(found) for name, found in lines.items()})

    @property
    def status(self) -> HTTPStatus:
        """What a page answers that shows these errors: 200 where there are none."""
        return InvalidInputError.status if self else HTTPStatus.OK


def parse_form(
    schema: type[SchemaT],
    form: MultiDict[str, str],
    *,
    lists: Collection[str] = (),
    flags: Collection[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> SchemaT:
    """Read a posted form; raises InvalidInputError with one entry a bad field.

    `lists` are fields with any number of values (none posted is an empty list), `flags` are
    checkboxes (none posted is False). An emptied field is null where the schema allows null and
    counts as not filled in where it does not. `csrf_token` and names that start with `_` belong
    to the page and are passed over; any other unknown name is refused. `extra` are fields that
    the page has composed of several.
    """
    values = {
        name: _field(schema, name, form.getlist(name)[-1])
        for name in form
        if name not in {*lists, *flags} and name != CSRF_FIELD and not name.startswith(_PAGE_ONLY)
    }
    values.update({name: [each for each in form.getlist(name) if each] for name in lists})
    values.update({name: bool(_ON & {v.lower() for v in form.getlist(name)}) for name in flags})
    values.update(extra or {})
    return _validate(schema, {k: v for k, v in values.items() if v is not _UNSET})


def parse_query(
    schema: type[SchemaT], args: MultiDict[str, str], *, lists: Collection[str] = ()
) -> SchemaT:
    """Read a page's filters: emptied and unknown ones are passed over, bad values refused."""
    values: dict[str, Any] = {}
    for name in schema.model_fields:
        given = [each for each in args.getlist(name) if each.strip()]
        if given:
            values[name] = given if name in lists else given[-1]
    return _validate(schema, values)


def usable_query(
    schema: type[SchemaT], args: MultiDict[str, str], *, lists: Collection[str] = ()
) -> tuple[SchemaT, FormErrors]:
    """Read a page's filters as far as they make sense, and say of the others what is wrong.

    An address is typed, shortened and kept for years: one bad filter must not cost the page.
    """
    rest, errors = MultiDict(args), FormErrors()
    while True:
        try:
            return parse_query(schema, rest, lists=lists), errors
        except InvalidInputError as error:
            found = FormErrors.of(error)
        errors.update(found)
        bad = [name for name in found if rest.poplist(name)]
        if not bad:  # what is wrong cannot be left out, so all of it is
            return schema(), errors


_UNSET = object()
_UNSTORABLE = "Take out the character that cannot be stored."


def _field(schema: type[Schema], name: str, value: str) -> Any:  # noqa: ANN401 -- for pydantic
    if value.strip():
        return value
    field = schema.model_fields.get(name)
    if field is not None and _takes_null(field):
        return None
    is_optional_text = field is not None and field.annotation is str and not field.is_required()
    return value if field is None or is_optional_text else _UNSET


def _takes_null(field: FieldInfo) -> bool:
    return NoneType in get_args(field.annotation)


def _validate(schema: type[SchemaT], values: dict[str, Any]) -> SchemaT:
    bad = [FieldError(name, _UNSTORABLE) for name, value in values.items() if not _fits(value)]
    names = {each.field for each in bad}
    try:
        made = schema.model_validate({k: v for k, v in values.items() if k not in names})
    except ValidationError as error:
        found = invalid_input(error)
        others = [each for each in found.errors if each.field not in names]
        raise (InvalidInputError.of_all([*bad, *others]) if bad else found) from None
    if bad:
        raise InvalidInputError.of_all(bad)
    return made


def _fits(value: object) -> bool:
    texts = value if isinstance(value, list) else [value]
    return all(is_storable(text) for text in texts if isinstance(text, str))
