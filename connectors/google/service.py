"""One of Google's services, asked with the grant that it takes."""

from http import HTTPStatus

from connectors.google.refusal import refusal
from connectors.quota import Allowance
from connectors.transport import Answer, Grant, Request, Transport


class Service:
    """Sends what requests.py has built."""

    def __init__(self, transport: Transport, grant: Grant) -> None:
        self._transport = transport
        self._grant = grant

    async def answer(self, asked: Request, allowance: Allowance) -> Answer:
        return await self._transport.send(asked, self._grant, allowance)

    async def read(self, asked: Request, allowance: Allowance, *, by_cursor: bool = False) -> bytes:
        return checked(await self.answer(asked, allowance), by_cursor=by_cursor)


def checked(answer: Answer, *, by_cursor: bool = False) -> bytes:
    """The body of an answer. Raises what the refusal means, if it is one."""
    if answer.status != HTTPStatus.OK:
        raise refusal(answer, by_cursor=by_cursor)
    return answer.body
