"""``gateway feed``: reads the feed as a consumer does."""

import sys
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import aiohttp
import msgspec
from cyclopts import Parameter

from gateway.client import FeedClient, FeedRefused
from gateway.errors import ConfigurationError

CURSOR_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE}


async def feed(
    *,
    token_file: Annotated[Path, Parameter(help="A file that holds the consumer's token.")],
    url: Annotated[str, Parameter(help="Where the gateway serves.")] = "http://127.0.0.1:8080",
    after: Annotated[str | None, Parameter(help="The cursor to go on from; else the current state.")] = None,
    follow: Annotated[bool, Parameter(help="Wait for what comes, until interrupted.")] = False,
) -> None:
    """Read the feed as a consumer does, one entry a line; the cursor to go on from is the last line."""
    token = _token(token_file)
    async with aiohttp.ClientSession() as session:
        try:
            await _print_all(FeedClient(session, url, token), after, follow=follow)
        except FeedRefused as refusal:
            raise ConfigurationError(_advice(refusal, after)) from None
        except (aiohttp.ClientError, TimeoutError):
            raise ConfigurationError(
                "Nothing answers there as the gateway does. Check --url, and that 'gateway serve' runs."
            ) from None


def _token(file: Path) -> str:
    try:
        (token,) = file.read_text(encoding="ascii").split()
    except OSError as error:
        raise ConfigurationError(
            f"The token file cannot be read ({error.strerror}). Check the path given with --token-file."
        ) from None
    except ValueError:
        raise ConfigurationError(
            "The token file does not hold a token and nothing else. 'gateway consumer add' prints one, once."
        ) from None
    return token


def _advice(refusal: FeedRefused, after: str | None) -> str:
    """What to do about a refusal here; the service's own words are for programs that follow links."""
    if refusal.status == HTTPStatus.GONE:
        return (
            "This cursor is too old: removals may have been missed. Drop what you have, and leave out "
            "--after to read the current state."
        )
    if refusal.status == HTTPStatus.BAD_REQUEST and after is not None:
        return (
            "The cursor given with --after is none that was given with this token. Give it exactly as it was "
            "printed, or leave out --after to read the current state."
        )
    return str(refusal)


async def _print_all(client: FeedClient, after: str | None, *, follow: bool) -> None:
    read_to = None
    try:
        async for page in client.pages(after, follow=follow):
            for entry in page.entries:
                sys.stdout.write(msgspec.json.encode(entry).decode() + "\n")
            sys.stdout.flush()
            read_to = page.next
    except FeedRefused as refusal:
        # Nobody goes on from a cursor that is refused.
        read_to = None if refusal.status in CURSOR_REFUSED else read_to
        raise
    finally:
        # Also when interrupted: whoever followed goes on from here.
        if read_to is not None:
            sys.stdout.write(msgspec.json.encode({"next": read_to}).decode() + "\n")
