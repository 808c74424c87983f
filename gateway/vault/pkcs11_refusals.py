"""What a PKCS#11 token means by its errors, as sentences for operators."""

from collections.abc import Mapping

from pkcs11 import exceptions

WRONG_PIN = (
    "The token refuses the PIN in pin_file. It is not sent again before the file holds another, since every "
    "wrong one brings the token closer to locking itself. Put the right one there, and nothing else."
)
LOCKED_PIN = (
    "The token has locked its user's PIN after too many wrong ones. Let its security officer set a new one, "
    "and put that into pin_file."
)
LAST_TRY = (
    "One more wrong PIN would lock the token, so the one in pin_file is not tried. Log in with the right one "
    "by the token's own tool, which clears that, and let pin_file hold the same."
)
NO_PIN = (
    "The token's user has no PIN, or one that has expired. Let its security officer set one, and put it into "
    "pin_file."
)
ABSENT = (
    "The PKCS#11 module has no token of that label. Plug it in, or check key_service.pkcs11.token_label and "
    "what the module itself is configured by."
)
AMBIGUOUS = "The PKCS#11 module has several tokens of that label. Give ours a label of its own."
NO_MECHANISM = (
    "The token does not encrypt in the way that is needed: AES-256-GCM, under a nonce of ours. Allow it in "
    "its own settings, or use another key service."
)
CLOSED = (
    "The token refuses to use a key: it was destroyed there, or what stands in the key directory was wrapped "
    "by another. What it sealed stays closed."
)
NO_MODULE = (
    "The PKCS#11 module cannot be loaded, or does not start. Check key_service.pkcs11.module, that the "
    "gateway's user may read it, and what the module itself is configured by."
)

#: With any other.
CANNOT = (
    "The token cannot do now what it is asked: it was taken away, starts anew or has a fault. Nothing is "
    "read or served until it can; check that its own tool reaches it."
)

REFUSALS: Mapping[type[exceptions.PKCS11Error], str] = {
    exceptions.PinIncorrect: WRONG_PIN,
    exceptions.PinInvalid: WRONG_PIN,
    exceptions.PinLenRange: WRONG_PIN,
    exceptions.PinLocked: LOCKED_PIN,
    exceptions.PinExpired: NO_PIN,
    exceptions.UserPinNotInitialized: NO_PIN,
    exceptions.NoSuchToken: ABSENT,
    exceptions.MultipleTokensReturned: AMBIGUOUS,
    exceptions.MechanismInvalid: NO_MECHANISM,
    exceptions.MechanismParamInvalid: NO_MECHANISM,
    exceptions.FunctionNotSupported: NO_MECHANISM,
}

#: Of a PIN, after which it is not sent again.
PIN_REFUSED = (
    exceptions.PinIncorrect,
    exceptions.PinInvalid,
    exceptions.PinLenRange,
    exceptions.PinLocked,
    exceptions.PinExpired,
)


#: Of a session or of the token itself, whatever was asked.
LOST = (
    exceptions.DeviceError,
    exceptions.DeviceMemory,
    exceptions.DeviceRemoved,
    exceptions.HostMemory,
    exceptions.SessionClosed,
    exceptions.SessionHandleInvalid,
    exceptions.TokenNotPresent,
    exceptions.UserNotLoggedIn,
)


def told_of(error: exceptions.PKCS11Error) -> str:
    return REFUSALS.get(type(error), CANNOT)
