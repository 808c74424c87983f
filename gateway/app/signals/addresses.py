"""Where transmitters come to: below our public address, and behind a secret of their own."""

from gateway.signals.transmitter import TransmitterKind

SIGNALS_PATH = "/v1/signals"
#: How each kind's addresses end.
_ENDS = {
    TransmitterKind.SSF_PUSH: "events",
    TransmitterKind.OKTA: "okta",
    TransmitterKind.SCIM: "scim/v2",
    TransmitterKind.GOOGLE: "workspace",
}


def address_at(public_url: str, secret: str, kind: TransmitterKind) -> str:
    """The address of a transmitter of this kind that was given this secret."""
    return f"{public_url.rstrip('/')}{SIGNALS_PATH}/{secret}/{_ENDS[kind]}"
