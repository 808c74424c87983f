"""Filters of SCIM (RFC 7644, section 3.4.2.2): one user is asked for, by name. Nobody is listed.

Kept apart, like all that loads the SCIM library.
"""

from collections.abc import Iterator
from typing import NamedTuple

from scim2_models import InvalidFilterException, ScimFilter
from scim2_models.path import AttrPath, CompareOperator, Comparison, FilterNode, LogicalExpr, ValuePath
from scim2_models.path import LogicalOperator as Logical

from gateway.signals.names import account, address
from gateway.signals.scim import USER_SCHEMA
from gateway.signals.signal import Name

LENGTH_MAX = 2048
_NAMES_MAX = 3


class Wanted(NamedTuple):
    """Who is asked for: by these names and ids, all of the same user, who is active or not.

    ``anything_else``: whether something is asked besides that nobody has here.
    """

    names: tuple[Name, ...] = ()
    ids: tuple[str, ...] = ()
    active: bool | None = None
    anything_else: bool = False


def wanted(text: str) -> Wanted:
    """Who a filter asks for. Raises InvalidFilterException unless it names somebody."""
    if len(text) > LENGTH_MAX:
        raise InvalidFilterException
    return _gathered(list(_conditions(ScimFilter(text).ast)))


Condition = tuple[str, object]


def _gathered(conditions: list[Condition]) -> Wanted:
    names, ids, active, anything_else = list[Name](), list[str](), None, False
    for attribute, value in conditions:
        name = _name(attribute, value)
        if name is not None:
            names.append(name)
        elif attribute == "id" and isinstance(value, str):
            ids.append(value)
        elif attribute == "active" and isinstance(value, bool):
            active = value
        else:
            anything_else = True
    if len(set(names)) > _NAMES_MAX or len(ids) > 1 or not (names or ids or anything_else):
        raise InvalidFilterException
    # The name first that is never given to another.
    return Wanted(tuple(sorted(set(names))), tuple(ids), active, anything_else)


def _name(attribute: str, value: object) -> Name | None:
    if not isinstance(value, str):
        return None
    if attribute == "externalid":
        return account(value)
    return address(value) if attribute in {"username", "emails", "emails.value"} else None


def _conditions(node: FilterNode) -> Iterator[Condition]:
    """All that has to hold. Raises InvalidFilterException of what could hold of many."""
    if isinstance(node, LogicalExpr) and node.op is Logical.and_:
        for term in node.terms:
            yield from _conditions(term)
    elif isinstance(node, ValuePath) and node.sub_attr is None:
        # Of which kind the address is makes no difference to whose it is.
        parts = [part for part in _conditions(node.val_filter) if part[0] not in {"type", "primary"}]
        yield from ((f"{_attribute(node.attr_path)}.{name}", value) for name, value in parts)
    elif isinstance(node, Comparison) and node.op is CompareOperator.eq:
        yield _attribute(node.attr_path), node.value
    else:
        raise InvalidFilterException


def _attribute(path: AttrPath) -> str:
    """Its name in one case; one of another schema is nothing of ours."""
    beside = "" if path.uri is None or path.uri.casefold() == USER_SCHEMA.casefold() else f"{path.uri}:"
    name = path.attr if path.sub_attr is None else f"{path.attr}.{path.sub_attr}"
    return f"{beside}{name}".casefold()
