"""Google's channels about users and about what is done to our application, opened and stopped.

developers.google.com/workspace/admin/directory/v1/guides/push, /workspace/admin/reports/v1/guides/push.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import uuid4

from msgspec.structs import replace

from connectors.google.channels import FIELDS, STOPPED, asked, is_taken, push_refusal, watch
from connectors.google.refusal import refusal
from connectors.google.requests import request
from connectors.google.service import Service
from connectors.port import Target, Watch
from connectors.quota import Allowance
from connectors.transport import Answer

#: As long as Google lets them last.
USERS_LIFE, LOG_LIFE = timedelta(days=2), timedelta(hours=6)


class Topic(NamedTuple):
    """What can be watched: by which service and methods, with what in the query, and for how long."""

    service: Service
    watch: Any
    stop: Any
    query: Mapping[str, Any]
    life: timedelta


class AccountChannels:
    """One tenant's, by their names. Raises PushRefused for what Google does not tell of, or not to us."""

    def __init__(self, topics: Mapping[str, Topic], allowance: Allowance) -> None:
        self._topics = topics
        self._allowance = allowance

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._topics)

    async def open(self, name: str, target: Target) -> Watch:
        topic = self._topics[name]
        answer = await self._opened(topic, target)
        if is_taken(answer):
            answer = await self._opened(topic, target)
        if answer.status != HTTPStatus.OK:
            raise push_refusal(answer)
        return replace(watch(answer.body), url=target.url)

    async def _opened(self, topic: Topic, target: Target) -> Answer:
        body = asked(str(uuid4()), target, topic.life)
        question = request(topic.watch, body=body, fields=FIELDS, **topic.query)
        return await topic.service.answer(question, self._allowance)

    async def stop(self, name: str, known: Watch) -> None:
        """One that is gone is no error."""
        topic = self._topics[name]
        question = request(topic.stop, body={"id": known.id, "resourceId": known.resource})
        answer = await topic.service.answer(question, self._allowance)
        if answer.status not in STOPPED:
            raise refusal(answer, by_cursor=False)
