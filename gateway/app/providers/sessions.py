"""Sessions: the connections over which a provider is asked."""

import ssl

import aiohttp

#: To one provider, of all tenants together.
CONNECTIONS_AT_ONCE = 32


def open_session(tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """A session that remembers nothing and trusts what it is told to trust."""
    # No cookies, no environment proxies, no netrc: what is sent is what we wrote.
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=CONNECTIONS_AT_ONCE),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
