"""Versions of the contract, the newest first: what each has brought whoever read the one before.

The number rises with each change; its first part with one that breaks readers, as ``/v1`` does.
"""

from collections.abc import Mapping

VERSIONS: Mapping[str, str] = {
    "1.4.0": "A resource may be stale for another reason, signals_silent: who would tell of a permission's "
    "end is not heard.",
    "1.3.0": "How places were used in a month, aggregated and anonymous: GET /v1/usage.",
    "1.2.0": "Entries come to a webhook of yours, where the operator has recorded one; how it stands: "
    "GET /v1/webhook.",
    "1.1.0": "Whether one of your users is enrolled: POST /v1/subjects:resolve. A request without a token is "
    "answered 401 before anything else of it is looked at.",
    "1.0.0": "The first that describes itself.",
}
VERSION = next(iter(VERSIONS))
