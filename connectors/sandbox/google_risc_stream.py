"""What Google tells of accounts, in its older shape, on the one stream of a project."""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import count

from connectors.sandbox.calendar import Clock, Event
from connectors.sandbox.notification_delivery import Pending
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Answer, Post
from connectors.sandbox.signals.keys import Keys
from connectors.sandbox.signals.writer import Writer

ISSUER = "https://accounts.google.com"
_BASE = "https://schemas.openid.net/secevent"
#: What it tells, and members that come with it.
RISC_EVENTS: Mapping[str, Event] = {
    "risc/sessions-revoked": {},
    "oauth/tokens-revoked": {},
    "oauth/token-revoked": {},
    "risc/account-disabled": {"reason": "hijacking"},
    "risc/account-enabled": {},
    "risc/account-credential-change-required": {},
    "risc/verification": {},
}
#: Of the final profile, and not on its list: told to whoever has a stream, as it may come to.
_UNLISTED = frozenset({
    *("risc/account-purged", "risc/identifier-changed", "risc/identifier-recycled", "risc/opt-out-effective"),
    *("risc/credential-compromise", "risc/unheard-of"),
})  # fmt: skip
#: How often a token is sent at most. Who is away for longer misses it.
SENT_MAX = 4
_TYPE = "application/secevent+jwt"


class _Told(Pending, kw_only=True):
    id: str
    token: str


class RiscStream:
    """Where it leads, what was asked for, and what waits to be sent. ``answers``: what was said to it."""

    def __init__(self, client: str, post: Post, clock: Clock, faults: NotificationFaults) -> None:
        self.keys = Keys()
        self.url: str | None = None
        self.requested: tuple[str, ...] = ()
        self.is_enabled = True
        self.answers: list[Answer] = []
        #: The ids of what was taken, and of what was given up.
        self.taken: list[str] = []
        self.given_up: list[str] = []
        self._client = client
        self._post = post
        self._now = clock
        self._faults = faults
        self._writer = Writer(self.keys, faults)
        self._numbers = count(1)
        self._last = ""
        self._waiting: list[_Told] = []

    @property
    def configuration(self) -> Event:
        """As it is told."""
        delivery = {"delivery_method": f"{_BASE}/risc/delivery-method/push", "url": self.url}
        return {
            "iss": ISSUER,
            "aud": [self._client],
            "delivery": delivery,
            "events_requested": self.requested,
            "status": self.status,
        }

    @property
    def status(self) -> str:
        return "enabled" if self.is_enabled else "disabled"

    def tell(self, name: str, subject: Event | None, **members: object) -> str | None:
        """Tell of an event; the token's id, or None where it is told to nobody: nothing is held."""
        is_wanted = uri(name) in self.requested or name in _UNLISTED
        if self.url is None or not self.is_enabled or not is_wanted:
            return None
        now, id_ = self._now(), self._id()
        event = {**RISC_EVENTS.get(name, {}), **members} | ({} if subject is None else {"subject": subject})
        claims = {
            "iss": f"{ISSUER}/",
            "aud": self._client,
            "iat": int(now.timestamp()),
            "jti": id_,
            "events": {uri(name): event},
        }
        if self._faults.take("risc-issuer-no-slash"):
            claims["iss"] = ISSUER
        token = self._writer.write(claims)
        if not self._faults.take("set-lost"):
            told = [_Told(id=id_, token=token, born=now, due=now)]
            self._waiting += told * (2 if self._faults.take("set-twice") else 1)
        return id_

    def verify(self, state: str) -> None:
        """Say that it works, if that was asked for."""
        if self._faults.take("verification-wrong-state"):
            state = "another"
        members = {} if self._faults.take("verification-no-state") else {"state": state}
        self.tell("risc/verification", None, **members)

    async def deliver(self) -> None:
        """Send, once, what is due by the clock."""
        due = [told for told in self._waiting if told.due <= self._now()]
        self._waiting = [told for told in self._waiting if told.due > self._now()]
        for told in due:
            headers = {"Content-Type": _TYPE, "Accept": "application/json"}
            answer = await self._post.send(self.url or "", headers, told.token.encode())
            self.answers.append(answer)
            self._settle(told, answer)

    def _settle(self, told: _Told, answer: Answer) -> None:
        if answer.status == HTTPStatus.ACCEPTED and not answer.is_late:
            self.taken.append(told.id)
            return
        is_refused = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if not is_refused and told.put_off(self._now()) and told.attempts < SENT_MAX:
            self._waiting.append(told)
        else:
            self.given_up.append(told.id)

    def _id(self) -> str:
        if not (self._last and self._faults.take("set-same-id")):
            self._last = f"risc-{next(self._numbers)}"
        return self._last


def uri(name: str) -> str:
    """The URI of a type."""
    profile, _, event = name.partition("/")
    return f"{_BASE}/{profile}/event-type/{event}"


#: All that it takes for something to ask for.
LISTED = frozenset(map(uri, RISC_EVENTS))
