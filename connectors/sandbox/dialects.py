"""Which provider words events how."""

from connectors.sandbox.calendar import Dialect
from connectors.sandbox.google_dialect import GoogleDialect
from connectors.sandbox.graph_dialect import GraphDialect
from connectors.sandbox.truth import Provider

DIALECTS: dict[Provider, Dialect] = {
    Provider.MICROSOFT: GraphDialect(),
    Provider.GOOGLE: GoogleDialect(),
}
