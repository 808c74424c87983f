"""Evidence: every byte that a run of the gateway left anywhere, by where it was left."""

from pathlib import Path

from tests.system.canaries import Canaries, Fate
from tests.system.scanner import Find, scan

#: What a consumer was told, and what administrators saw: the two sources with canaries of their own.
FEED, TERMINAL = "feed", "terminal"
_OWN_FATES = {FEED: Fate.DISCLOSED, TERMINAL: Fate.ADMINISTRATIVE}


class Evidence:
    """Named bytes. The first word of a name tells what kind of source it is."""

    def __init__(self) -> None:
        self.sources: dict[str, bytes] = {}

    def add(self, source: str, content: bytes) -> None:
        self.sources[source] = self.sources.get(source, b"") + b"\n" + content

    def add_files(self, moment: str, folder: Path) -> None:
        """All files that gateways made below a folder as they are now, with their names."""
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if name.parts[0] == "said":
                continue
            self.add(f"names {moment}", str(name).encode())
            if path.is_file():
                self.add(f"file {moment} {name}", path.read_bytes())

    def finds(self) -> set[Find]:
        return scan(self.sources)

    def leaks(self, canaries: Canaries) -> dict[str, set[str]]:
        """Canaries outside of the kind of source that may hold them: where they were planted, by source."""
        leaked: dict[str, set[str]] = {}
        for source, form, canary in self.finds():
            planted = canaries.planted.get(canary)
            own = _OWN_FATES.get(source.partition(" ")[0])
            if planted is None or planted.fate is not own:
                where = planted.where if planted else "unknown"
                leaked.setdefault(f"{source} ({form})", set()).add(where)
        return leaked

    def holding(self, secrets: set[str]) -> set[str]:
        """Sources that hold one of these in clear."""
        return {
            source for source, content in self.sources.items() for one in secrets if one.encode() in content
        }
