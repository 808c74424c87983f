"""Signatures that others made, well and badly: Wycheproof's (found beside a checkout)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gateway.signals.key_ring import KINDS, key_ring
from gateway.signals.refusal import SetRefused
from gateway.signals.signature import opened
from tests.fakes.security_events import jwks

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "wycheproof" / "json_web_signature_test.json"

#: Of the cookbook, by PS384, and a key that says that it is for PS256.
UNLIKE = {"Figure20": "invalid"}

pytestmark = pytest.mark.skipif(not VECTORS.is_file(), reason="no Wycheproof beside this checkout")


def verdict(key: dict[str, Any], signed: object) -> str:
    keys = key_ring(jwks(key))
    assert keys is not None
    try:
        opened((signed if isinstance(signed, str) else json.dumps(signed)).encode(), keys)
    except SetRefused:
        return "invalid"
    return "valid"


def test_exactly_the_good_ones_verify() -> None:
    checked: Counter[str] = Counter()
    for group in json.loads(VECTORS.read_bytes())["testGroups"]:
        key = group.get("public", {})
        if key.get("alg") not in KINDS:
            continue
        for vector in group["tests"]:
            found = verdict(key, vector["jws"])
            assert found == UNLIKE.get(vector["comment"], vector["result"]), vector["comment"]
            checked[found] += 1
    assert checked == {"valid": 16, "invalid": 306}
