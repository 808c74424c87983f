"""Google's push notifications: headers, and no body that counts.

developers.google.com/workspace/calendar/api/guides/push.
"""

from collections.abc import Mapping

from gateway.signals.notification import SECRET_LENGTH_MAX, Heard, Notification, Told

#: Says that a channel was opened, and of no change.
_SYNC = "sync"


def heard(headers: Mapping[str, str]) -> Heard:
    """What the headers tell, at most one thing. Their names may be of any case if the mapping allows it."""
    secret = headers.get("X-Goog-Channel-Token", "")
    is_news = headers.get("X-Goog-Resource-State", "").lower() != _SYNC
    if not is_news or not 0 < len(secret) <= SECRET_LENGTH_MAX:
        return Heard(())
    return Heard((Notification(secret, Told.CHANGED),))
