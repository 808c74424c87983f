"""Names, as issuers tell them: read into those that somebody may be found by. Pure."""

import re

from gateway.signals.signal import Name, NameKind
from gateway.subject import folded

#: No longer than an address can be (RFC 5321); and nothing that no name has.
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,320}")


def account(value: str | None) -> Name | None:
    """An account's id, in its issuer's own case; None if it can be none."""
    return Name(NameKind.ACCOUNT, value) if value is not None and _NAME.fullmatch(value) else None


def address(value: str | None) -> Name | None:
    """An address, or what stands where one may, folded; None if it can be none."""
    if value is None or not _NAME.fullmatch(value) or not folded(value):
        return None
    return Name(NameKind.ADDRESS, folded(value))
