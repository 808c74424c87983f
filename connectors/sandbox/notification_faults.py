"""What can go wrong with push, by name. It happens where it can: to the next request or batch it fits."""

from collections import defaultdict
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from connectors.sandbox.faults.when import ALWAYS, InvalidFault, When

#: Each fault and, in a line, what is done.
NOTIFICATION_FAULTS = {
    "subscription-quota": "POST /subscriptions is refused as over quota (403)",
    "subscription-duplicate": "POST /subscriptions is refused as a duplicate (409)",
    "subscription-forbidden": "POST /subscriptions is refused by a policy of the mailbox (403)",
    "subscription-forgotten": "Graph lost the subscription that is renewed, reauthorized or deleted (404)",
    "subscription-state-withheld": "the answer to a renewal tells no clientState",
    "subscription-reauthorize-forbidden": "reauthorize is refused (403)",
    "handshake-hostile-token": "the validation token holds signs that must be decoded, and markup",
    "notification-wrong-state": "the clientState is not the subscription's",
    "notification-no-state": "the clientState is missing",
    "notification-unknown-subscription": "the subscription id is one that nobody made",
    "notification-foreign-tenant": "the tenant id is another's",
    "notification-other-case": "resource and type are written the other way",
    "notification-twice": "one batch tells everything twice",
    "notification-reversed": "one batch tells the newest first",
    "notification-lost": "one batch is never sent, and nothing says so",
    "notification-oversized": "one batch is made a megabyte long",
    "notification-wrong-type": "one batch says that it is text",
    "notification-malformed": "one batch ends in the middle",
    "notification-after-delete": "a deleted subscription tells of one more change",
    "lifecycle-storm": "one lifecycle notification is told a hundred times in its batch",
    "rich-wrong-signature": "the signature is of other data",
    "rich-wrong-key-hash": "the data key is wrapped with OAEP over SHA-256",
    "rich-unknown-certificate": "the certificate id is one that nobody registered",
    "rich-truncated": "the encrypted data ends in the middle of a block",
    "rich-no-tokens": "there are no validation tokens",
    "rich-expired-token": "a validation token has expired",
    "rich-wrong-audience": "a validation token is for another application",
    "rich-wrong-issuer": "a validation token is of another tenant",
    "rich-wrong-publisher": "a validation token is by another application than Graph's publisher",
    "rich-one-bad-token": "beside the good validation tokens stands one with a broken signature",
    "rich-unsigned-token": "a validation token is not signed (alg none)",
    "rich-symmetric-token": "a validation token is signed with the public key as a shared secret (HS256)",
    "channel-refused": "watch is refused: push is not supported for the calendar (400)",
    "channel-sync-first": "the sync message comes before the answer to watch",
    "channel-expiration-number": "the answer to watch prints the expiration as a number",
    "channel-stop-refused": "stop is refused (403)",
    "channel-lost": "one message is never sent, and nothing says so",
    "channel-late": "what happened to a user, or an activity, is told six hours late",
    "activity-late": "what somebody did reaches its log, and whoever watches it, six hours late",
    "channel-number-gap": "message numbers jump",
    "channel-no-token": "the token header is missing",
    "channel-wrong-token": "the token is not the channel's",
    "channel-not-exists": "the state is not_exists",
    "channel-unknown-state": "the state is a word that nobody documents",
    "channel-after-stop": "a stopped channel tells of one more change",
    "channel-after-expiry": "an expired channel tells of one more change",
}


class _Plan:
    """One fault that was asked for, and how often it could have happened."""

    def __init__(self, at: When, times: int | None) -> None:
        self.at = at
        self.left = times
        self.chances = 0


class NotificationFaults:
    """Which faults of push happen, as it was planned. What happens by lot follows from the seed.

    ``known``: those that there are, each with a line.
    """

    def __init__(self, seed: int = 1, known: Mapping[str, str] = NOTIFICATION_FAULTS) -> None:
        self._seed = seed
        self._known = known
        self._plans = defaultdict[str, list[_Plan]](list)

    def plan(self, name: str, times: int | None = 1, at: When = ALWAYS) -> None:
        """Let a fault happen where it can, as ``at`` says, at most so often."""
        if name not in self._known:
            raise InvalidFault("No fault of push has this name. `gateway sandbox --fault list` tells them.")
        self._plans[name].append(_Plan(at, times))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._plans.clear()

    def take(self, name: str) -> bool:
        """Whether this fault happens now, where it could."""
        return any(self._happens(name, plan) for plan in self._plans[name])

    def _happens(self, name: str, plan: _Plan) -> bool:
        plan.chances += 1
        if plan.left == 0 or not plan.at.comes(plan.chances, Chance(self._seed, name, plan.chances)):
            return False
        if plan.left is not None:
            plan.left -= 1
        return True
