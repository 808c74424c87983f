"""How signals name whoever connected their own calendar, and by what we find them: keyed hashes. Pure."""

from collections.abc import Callable, Iterable

from gateway.signals.signal import Name, NameKind
from gateway.subject import Finder, directory_id, finder, spellings

#: A keyed hash of parts under a label.
Identify = Callable[..., str]

_SUBJECT_FINDERS = {NameKind.ACCOUNT: Finder.DIRECTORY, NameKind.ADDRESS: Finder.ADDRESS}


def link_finders(names: Iterable[Name], identify: Identify) -> frozenset[str]:
    """What finds whoever connected: an account, as it does the enrolled. No address does: links know none."""
    found = set[str]()
    for kind, value in names:
        if kind is NameKind.ACCOUNT:
            found.add(finder(identify, Finder.DIRECTORY, directory_id(value)))
        elif kind is NameKind.GRANT:
            found.add(identify("link.grant", value))
    return frozenset(found)


def subject_finders(names: Iterable[Name], identify: Identify) -> dict[str, NameKind]:
    """What finds who is enrolled, and by what kind of name that is; of each name first as it is kept now."""
    return {
        finder(identify, _SUBJECT_FINDERS[kind], spelling): kind
        for kind, value in names
        if kind in _SUBJECT_FINDERS
        for spelling in (spellings(value) if kind is NameKind.ACCOUNT else (value,))
    }
