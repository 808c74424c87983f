"""Where requests may go: to what lies under one URL, and nowhere else."""

from yarl import URL

from connectors.errors import Malformed

URL_LENGTH_MAX = 16_384


class Prefix:
    """A URL that others have to begin with; ends with a slash."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/") + "/"
        self._base = URL(self.url, encoded=True)

    def target(self, url: str) -> URL:
        """A URL as it stands, byte for byte. Raises Malformed where a token must never be sent."""
        if not self.reaches(url):
            raise Malformed("foreign_link")
        return URL(url, encoded=True)

    def reaches(self, url: str) -> bool:
        """Whether a URL lies under ours and may be followed."""
        if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or "\\" in url:
            return False
        try:
            target = URL(url, encoded=True)
            is_ours = _origin(target) == _origin(self._base)
        except ValueError:
            return False
        steps = target.raw_path.lower().replace("%2e", ".").split("/")
        return (
            is_ours
            and target.raw_path.startswith(self._base.raw_path)
            and not {".", ".."}.intersection(steps)
        )


def _origin(url: URL) -> tuple[str, str | None, str | None, int | None]:
    return url.scheme.lower(), url.raw_user, url.raw_host and url.raw_host.lower(), url.port
