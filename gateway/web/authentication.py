"""Authentication: bearer tokens of consumers (RFC 6750)."""

import re

from aiohttp import hdrs, web
from sqlalchemy.ext.asyncio import AsyncConnection
