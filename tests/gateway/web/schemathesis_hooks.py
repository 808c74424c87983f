"""How Schemathesis sends what it has no serializer for: a JWS is bytes like any others."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/jose")
def jose(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode()
