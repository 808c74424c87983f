"""What employers have: rooms, people, and names by which their providers know them."""

from uuid import NAMESPACE_DNS, uuid5

from connectors.sandbox.directory import Person
from connectors.sandbox.truth import Provider, Resource, ResourceKind
from tests.system.canaries import Fate, Plot


def domain(employer: str) -> str:
    """What an employer's people's addresses end with."""
    return f"{employer}.example"


def identity(employer: str, provider: Provider) -> str:
    """Of its directory: Microsoft's are UUIDs."""
    name = domain(employer)
    return str(uuid5(NAMESPACE_DNS, name)) if provider is Provider.MICROSOFT else name


def people(plot: Plot, employer: str, count: int) -> tuple[Person, ...]:
    """Who reads for us, and so many others."""
    reader = Person(
        id=plot.word("reader-id"),
        name=plot.text("reader-name"),
        address=plot.address("reader", Fate.ADMINISTRATIVE),
    )
    return (reader, *(_person(plot.below(f"person-{number}"), employer) for number in range(count)))


def room(plot: Plot) -> Resource:
    return Resource(
        id=plot.word("id", Fate.DISCLOSED),
        kind=ResourceKind.ROOM,
        name=plot.text("name", Fate.DISCLOSED),
        address=plot.address("address"),
        capacity=8,
        site=plot.text("site", Fate.DISCLOSED),
        building=plot.text("building", Fate.DISCLOSED),
        floor=plot.text("floor", Fate.DISCLOSED),
    )


def _person(plot: Plot, employer: str) -> Person:
    address = f"{plot.word('address')}@{domain(employer)}"
    return Person(id=plot.word("id"), name=plot.text("name"), address=address)
