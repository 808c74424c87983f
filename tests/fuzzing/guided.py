"""``make atheris PARSER=tokens``: bytes that reach further into a parser each time, until it is stopped."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["gateway.signals"]):
    from tests.fuzzing.parsers import FUZZED


def main(name: str, options: list[str]) -> None:
    """Begins with what is nearly right; ``options`` are libFuzzer's."""
    fuzzed = FUZZED[name]
    with TemporaryDirectory() as folder:
        for number, seed in enumerate(fuzzed.seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], folder, *options], fuzzed.take)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
