"""Leaks between purposes: what a careless hand might have left out, or done once too often."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from gateway import drafting
from gateway.feed import cloudevents
from gateway.feed.draft import Draft
from gateway.minimization import facets as facets_room
from gateway.minimization import purposes as purposes_room
from gateway.minimization.lattice import Title
from gateway.minimization.narrowing import lowered
from gateway.purpose import ALL_FACETS, COMMON, Minimized, Purpose
from gateway.store import bookings as bookings_room
from gateway.store import facets as kept_room
from gateway.store import feed_log, feed_statements
from gateway.store.entries import EntryLog
from gateway.store.facets import Trace
from gateway.store.feed_log import FeedLog
from gateway.store.forgetting import forget_removed
from gateway.store.scope import TenantScope
from gateway.store.tables import REMOVED, bookings
from gateway.store.traces import Step, TraceRows
from tests.fakes import filled_store
from tests.properties import purpose_readers

#: Puts one leak into the gateway until the test ends.
Bend = Callable[[pytest.MonkeyPatch], None]


def _purposes(patch: pytest.MonkeyPatch, alter: Callable[[Purpose], Purpose]) -> None:
    honest = purposes_room.purpose
    patch.setattr(purpose_readers, "purpose", lambda name, disclosure: alter(honest(name, disclosure)))


def every_facet_is_news(patch: pytest.MonkeyPatch) -> None:
    _purposes(patch, lambda one: one._replace(facets=ALL_FACETS))


def facets_one_beside(patch: pytest.MonkeyPatch) -> None:
    _purposes(patch, lambda one: one._replace(facets=COMMON | one.facets << 1 & ALL_FACETS))


def only_what_all_are_shown_is_news(patch: pytest.MonkeyPatch) -> None:
    _purposes(patch, lambda one: one._replace(facets=COMMON))


def told_as_it_is_stored(patch: pytest.MonkeyPatch) -> None:
    def as_stored(minimized: Minimized) -> bytes:
        return minimized.body

    _purposes(patch, lambda one: one._replace(narrow=as_stored))


def what_is_written_passes_for_words(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        purposes_room,
        "lowered",
        lambda one, level, made: lowered(one, level, replace(made, title=Title.VOCABULARY)),
    )


def _newest(log: FeedLog, facets: int, after: int, limit: int) -> Sequence[Any]:
    bent = copy(log)
    bent._purpose = log._purpose._replace(facets=facets)
    return [*map(feed_log._BookingRow._make, bent._rows(feed_statements.BOOKINGS, after, limit))]


def told_where_it_stands(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FeedLog, "_of_facets", lambda self, after, limit: _newest(self, ALL_FACETS, after, limit))


def what_moved_before_is_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        FeedLog, "_of_facets", lambda self, after, limit: _newest(self, self._purpose.facets, after, limit)
    )


def a_page_is_filled_before_it_is_sifted(patch: pytest.MonkeyPatch) -> None:
    honest = FeedLog._of_facets

    def sifted(self: FeedLog, after: int, limit: int) -> list[Any]:
        shown = {row.position for row in honest(self, after, 1000)}
        return [row for row in _newest(self, ALL_FACETS, after, limit) if row.position in shown]

    patch.setattr(FeedLog, "_of_facets", sifted)


def _left_behind(patch: pytest.MonkeyPatch, alter: Callable[[Trace, Trace], Trace]) -> None:
    honest = TraceRows.record

    def record(self: TraceRows, rows: Any, steps: Sequence[Step], places: Sequence[Trace]) -> None:
        bent = [
            step._replace(before=step.before and alter(step.before, place))
            for step, place in zip(steps, places, strict=True)
        ]
        honest(self, rows, bent, places)

    patch.setattr(TraceRows, "record", record)


def in_the_place_of_the_newest_change(patch: pytest.MonkeyPatch) -> None:
    _left_behind(patch, lambda before, place: before._replace(position=place.position))


def at_the_minute_of_the_newest_change(patch: pytest.MonkeyPatch) -> None:
    _left_behind(patch, lambda before, place: before._replace(minute=place.minute))


def told_in_every_place_that_it_had(patch: pytest.MonkeyPatch) -> None:
    _left_behind(patch, lambda before, _: before._replace(moved=ALL_FACETS))


def what_was_left_behind_outlives_a_removal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TraceRows, "drop", lambda *_: None)


def revisions_count_what_hides(patch: pytest.MonkeyPatch) -> None:
    honest = kept_room.revision
    patch.setattr(feed_log, "revision", lambda whole, facets, _: honest(whole, facets, ALL_FACETS))


def ids_are_positions(patch: pytest.MonkeyPatch) -> None:
    honest = cloudevents.cloud_event
    patch.setattr(
        "gateway.feed.page.cloud_event",
        lambda entry: honest(entry).replace(
            f'"id":"{entry.revision}"'.encode(), f'"id":"{entry.position}"'.encode()
        ),
    )


def what_hides_is_a_step_of_the_log(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EntryLog, "reserve_between", EntryLog.reserve)


def what_hides_moves_it_as_a_whole(patch: pytest.MonkeyPatch) -> None:
    honest = Trace.on

    def on(self: Trace, minute: int, position: int, *moves: Any) -> Trace:
        return honest(self, minute, position, *moves)._replace(whole=position)

    patch.setattr(Trace, "on", on)


def any_change_moves_every_facet(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bookings_room, "moved", lambda *_: ALL_FACETS)


def each_facet_is_compared_with_all_the_others(patch: pytest.MonkeyPatch) -> None:
    honest = facets_room.facets

    def with_the_others(minimized: Minimized, subject: str | None) -> list[bytes]:
        shown = list(honest(minimized, subject))
        return [one and one + b"".join(shown) for one in shown]

    patch.setattr(drafting, "facets", with_the_others)


def removals_are_forgotten_up_to_what_hid(patch: pytest.MonkeyPatch) -> None:
    def forget(scope: TenantScope, before: int) -> None:
        scope.handle.execute(update(bookings).where(REMOVED).values(whole=bookings.c.position))
        forget_removed(scope, before)

    patch.setattr(filled_store, "forget_removed", forget)


def an_empty_page_moves_the_cursor(patch: pytest.MonkeyPatch) -> None:
    honest = Draft.mark

    def mark(self: Draft, tenant: Any, head: int) -> Any:
        found = honest(self, tenant, head)
        if tenant in self.marks:
            self.marks[tenant] = replace(found, start=max(found.start, head))
        return replace(found, start=max(found.start, head))

    patch.setattr(Draft, "mark", mark)


OF_PURPOSES: dict[str, Bend] = {
    bend.__name__: bend
    for bend in (
        every_facet_is_news,
        facets_one_beside,
        only_what_all_are_shown_is_news,
        told_as_it_is_stored,
        what_is_written_passes_for_words,
        told_where_it_stands,
        what_moved_before_is_not_told,
        a_page_is_filled_before_it_is_sifted,
        in_the_place_of_the_newest_change,
        at_the_minute_of_the_newest_change,
        told_in_every_place_that_it_had,
        what_was_left_behind_outlives_a_removal,
        revisions_count_what_hides,
        ids_are_positions,
        what_hides_is_a_step_of_the_log,
        what_hides_moves_it_as_a_whole,
        any_change_moves_every_facet,
        each_facet_is_compared_with_all_the_others,
        removals_are_forgotten_up_to_what_hid,
        an_empty_page_moves_the_cursor,
    )
}
