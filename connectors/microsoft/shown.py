"""A token that somebody has at hand, shown as it is."""

from connectors.transport import Grant


class Shown:
    """There is no other to try in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        return self._token

    def forget(self, token: str) -> None:
        """It is shown once more: under load Graph refuses good ones."""


_: type[Grant] = Shown
