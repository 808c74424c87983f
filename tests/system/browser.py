"""A person's browser: follows an invitation to the stand-in's sign-in and back."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL


class NotSentOn(AssertionError):
    """A page was shown where the browser was to be sent on."""


@dataclass
class Browser:
    """Keeps cookies as browsers do, and goes where it is sent."""

    session: aiohttp.ClientSession

    async def sent_on(self, address: str) -> str:
        """Where an address sends the browser. Raises NotSentOn."""
        async with self.session.get(URL(address, encoded=True), allow_redirects=False) as answer:
            if answer.status not in {302, 303}:
                raise NotSentOn(await answer.text())
            return answer.headers["Location"]

    async def told(self, address: str) -> tuple[int, str]:
        """What a page says."""
        async with self.session.get(URL(address, encoded=True), allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def connect(self, invitation: str, person: str) -> tuple[int, str]:
        """Sign in as a person, and consent; what our page says at the end."""
        asked = await self.sent_on(invitation)
        return await self.told(await self.sent_on(f"{asked}&login_hint={person}"))


@asynccontextmanager
async def open_browser(authority_file: str) -> AsyncIterator[Browser]:
    """A browser that trusts the stand-ins' authority, and has no cookies yet."""
    tls = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=authority_file))
    # By default cookies of addresses without a name are not kept.
    async with aiohttp.ClientSession(connector=tls, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(session)
