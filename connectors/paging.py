"""A bound on the pages of one round, against providers that never end it."""

from connectors.errors import Malformed
from connectors.port import Page

PAGES_MAX = 200


class Round:
    """Counts pages, and knows one that it has seen.

    Graph has been seen to answer thousands of pages with the same items, each time under a fresh link.
    """

    def __init__(self, pages_max: int = PAGES_MAX) -> None:
        self._pages_max = pages_max
        self._pages = 0
        self._seen: set[int] = set()

    @property
    def is_new(self) -> bool:
        """Whether its first page is still to come."""
        return self._pages == 0

    def count(self) -> None:
        """One more page. Raises Malformed if it is one too many."""
        self._pages += 1
        if self._pages > self._pages_max:
            raise Malformed("too_many_pages")

    def take(self, page: Page) -> Page:
        """The page itself, counted. Raises Malformed if it repeats an earlier one."""
        self.meet((*(event.id for event in page.events), *page.removed))
        return page

    def meet(self, ids: tuple[str, ...]) -> None:
        """One more page, of these ids. Raises Malformed if it is one too many, or repeats an earlier one."""
        self.count()
        # A lone event may well be told twice in a round; a whole page may not.
        if len(ids) > 1:
            if hash(ids) in self._seen:
                raise Malformed("repeated_page")
            self._seen.add(hash(ids))
