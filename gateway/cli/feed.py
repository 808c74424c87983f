"""``gateway feed``: reads the feed as a consumer does."""

import sys
from pathlib import Path
from typing import Annotated

import aiohttp
import msgspec
from cyclopts import Parameter

from gateway.client import FeedClient, FeedRefused
from gateway.errors import ConfigurationError

WAIT_SECONDS = 25


async def feed(
    *,
    token_file: Annotated[Path, Parameter(help="A file that holds the consumer's token.")],
    url: Annotated[str, Parameter(help="Where the gateway serves.")] = "http://127.0.0.1:8080",
    after: Annotated[str | None, Parameter(help="The cursor to go on from; else the current state.")] = None,
    follow: Annotated[bool, Parameter(help="Wait for what comes, until interrupted.")] = False,
) -> None:
    """Read the feed as a consumer does, one entry a line; the cursor to go on from is the last line."""
    try:
        (token,) = token_file.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        raise ConfigurationError(
            "The token file does not hold a token and nothing else. 'gateway consumer add' prints one, once."
        ) from None
    async with aiohttp.ClientSession() as session:
        try:
            await _print_all(FeedClient(session, url, token), after, follow=follow)
        except FeedRefused as refusal:
            raise ConfigurationError(str(refusal)) from None
        except (aiohttp.ClientError, TimeoutError):
            raise ConfigurationError(
                "Nothing answers there as the gateway does. Check --url, and that 'gateway serve' runs."
            ) from None


async def _print_all(client: FeedClient, after: str | None, *, follow: bool) -> None:
    try:
        while True:
            page = await client.read(after, wait_seconds=WAIT_SECONDS if follow and after else 0)
            for entry in page.entries:
                sys.stdout.write(msgspec.json.encode(entry).decode() + "\n")
            sys.stdout.flush()
            after = page.next
            if not (page.more or follow):
                break
    finally:
        # Also when interrupted: whoever followed goes on from here.
        if after is not None:
            sys.stdout.write(msgspec.json.encode({"next": after}).decode() + "\n")
