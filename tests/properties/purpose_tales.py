"""Tales in which everything happens that tells a leak between purposes."""

from msgspec.structs import replace

from gateway.booking import Status
from gateway.minimization.lattice import WIDEST, Booker, Conference, People, Time, Title
from tests.properties.purpose_twins import MADE, Kind, Look, Put, Step, Tale

ONE = Look(
    hour=0,
    minutes=(5, 10),
    status=Status.CONFIRMED,
    people=3,
    title="Budget, part two",
    conference=False,
    booker="pseudonym-1",
    days=False,
)
OTHER = ONE._replace(
    minutes=(0, 10), people=2, title="review", conference=True, booker="pseudonym-2", days=True
)
THIRD = ONE._replace(minutes=(5, 0), people=5, title=None, conference=True, booker=None)
LATER = ONE._replace(hour=1)


def _put(name: str, shown: Look = ONE, one: Look = ONE, other: Look = ONE) -> Put:
    return Put(name, shown, (one, other))


def _step(kind: Kind, *puts: Put, name: str = "", number: int = 0) -> Step:
    return Step(kind, puts, name, number)


READ, MINUTE = _step("read", number=4), _step("minute")

STEPS = (
    _step("put", _put("one"), _put("two"), _put("three")),
    READ,
    MINUTE,
    # Hidden from both, in one way or another, or from one alone.
    _step("hide", _put("two", ONE, OTHER, THIRD), number=2),
    READ,
    _step("hide", _put("one", ONE, OTHER, ONE), _put("two", ONE, THIRD, ONE), number=0),
    READ,
    MINUTE,
    _step("put", _put("three", ONE._replace(people=8, title="meeting"), OTHER, ONE)),
    _step("put", _put("three", ONE._replace(people=1, minutes=(0, 0)), OTHER, ONE)),
    _step("hide", _put("three", ONE, ONE, OTHER), number=1),
    _step("read", number=1),
    _step("put", _put("two", LATER, THIRD, ONE)),
    MINUTE,
    _step("hide", _put("two", ONE, OTHER, ONE), _put("three", ONE, OTHER, ONE), number=2),
    READ,
    # What moved aside, and is gone, and comes again.
    _step("hide", _put("one", ONE, THIRD, ONE), number=0),
    _step("remove", name="one"),
    READ,
    _step("put", _put("one", LATER)),
    _step("hide", _put("one", ONE, OTHER, ONE), number=0),
    _step("remove", name="one"),
    _step("put", _put("one")),
    READ,
    _step("hide", _put("three", ONE, THIRD, OTHER), number=0),
    _step("age", name="three"),
    MINUTE,
    _step("forget"),
    READ,
    _step("room", number=2),
    _step("hide", _put("two", ONE, THIRD, ONE), number=0),
    READ,
    # Of what hides from some, one field after the other.
    _step("put", _put("two", LATER._replace(minutes=(0, 5)))),
    _step("put", _put("one", ONE._replace(people=8))),
    _step("put", _put("one", ONE._replace(people=8, conference=True), OTHER, OTHER)),
)

#: A door, a screen for planners, a calendar of quarter hours, and one who sees all of it but titles.
BARE = replace(WIDEST, conference=Conference.NONE, booker=Booker.NONE, people=People.NONE, title=Title.NONE)
PURPOSES = (
    replace(BARE, title=Title.VOCABULARY),
    replace(BARE, people=People.BUCKET),
    replace(BARE, time=Time.BUSY, title=Title.CATEGORY),
    replace(WIDEST, title=Title.NONE),
)

TALES = [Tale(purpose, made, STEPS) for made in MADE for purpose in PURPOSES]
