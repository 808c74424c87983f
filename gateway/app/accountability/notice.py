"""The notice for employees and visitors (Art. 13, 14 GDPR), written from what a policy really does."""

from collections.abc import Sequence

from gateway.app.rules import Rules, brings_people, disclosure_of
from gateway.minimization.contract import shows_persons
from gateway.minimization.lattice import Booker, Conference, Disclosure, People, Place, Time, Title
from gateway.record import Party, Recipient
from gateway.store.forgetting import REMOVALS_KEPT_DAYS
from gateway.sync.schedule import DAYS_AHEAD, DAYS_BEHIND
from gateway.tenant import Mode, Provider, Tenant

PRODUCTS = {Provider.MICROSOFT: "Microsoft 365", Provider.GOOGLE: "Google Workspace"}

#: What only the employer can say.
BLANK = "[to be filled in by the employer: {}]"

BASES = {
    "a": "your consent, Art. 6(1)(a) GDPR",
    "b": "a contract with you, Art. 6(1)(b) GDPR",
    "c": "a legal obligation, Art. 6(1)(c) GDPR",
    "e": "a task in the public interest, Art. 6(1)(e) GDPR",
    "f": "the employer's legitimate interest that places are found and used, Art. 6(1)(f) GDPR",
}

#: What FlexO learns of a taken place, by field and level.
SHOWN: dict[str, dict[int, str]] = {
    "time": {
        Time.BUSY: "when it is taken, in quarter hours, rounded outward",
        Time.EXACT: "when it is taken: beginning and end",
    },
    "place": {Place.SITE: "at which site, and not which place", Place.RESOURCE: "which place it is"},
    "status": {1: "whether the booking is tentative or confirmed"},
    "conference": {Conference.PRESENT: "whether there is an online meeting, without its link or number"},
    "booker": {
        Booker.PSEUDONYM: "a random number of whoever booked, if they asked FlexO to be recognized",
        Booker.USER: "who booked, if they asked FlexO to be recognized",
    },
    "people": {
        People.BUCKET: "roughly how many come (0, 1, 2-5, 6 or more), and never who",
        People.EXACT: "how many come, and never who",
    },
    "title": {
        Title.CATEGORY: "whether it is a meeting, a desk or a block, never from what somebody wrote",
        Title.VOCABULARY: "words of its title that stand in a fixed list, such as *review* or *budget*",
        Title.SCRUBBED: "its title, after people, addresses, numbers and links have been taken out",
    },
}  # fmt: skip

#: What FlexO never learns where a field is not shown at all.
WITHHELD = {
    "conference": "whether there is an online meeting",
    "booker": "who booked",
    "people": "how many come",
    "title": "what it is about",
}

#: What else FlexO learns where a tenant has statistics.
STATISTICS = (
    "once a month and in numbers alone: how groups of ten places or more were used (aggregated), and, where "
    "FlexO knows bookers, about how many booked at a site, by noise that hides each of them (anonymous)"
)

NEVER = (
    "who is invited and what they answer, names, addresses and telephone numbers, descriptions and "
    "attachments, categories, links, numbers and PINs of online meetings"
)


def notice(
    rules: Rules, tenant: Tenant, *, controller: Party, region: str, recipients: Sequence[Recipient]
) -> str:
    """The notice, in Markdown. ``recipients`` may read the tenant's feed."""
    name, product = tenant.registration.name, PRODUCTS[tenant.connection.provider]
    shown = disclosure_of(rules, tenant)
    sections = {
        "Who is responsible": (
            f"{name}, {controller.address}, is the controller: {controller.contact}. "
            f"{BLANK.format('data protection officer')} FlexO and the calendar gateway work on its "
            "instruction (Art. 28 GDPR)."
        ),
        "What for": (
            "So that FlexO can show which rooms, desks and other places are free. Legal basis: "
            f"{BASES[tenant.registration.basis]}. It is not used to assess how anybody works, and no "
            "decision about you is made by it (Art. 22 GDPR)."
        ),
        "What FlexO learns of a taken place": _listed(told_of(shown)),
        "Statistics": f"{_sentence([STATISTICS])}." if tenant.registration.statistics else "",
        "What FlexO never learns": f"{_sentence([*_withheld(shown), NEVER])}.",
        "Of private events": _private(shown),
        "Of places that are one person's": _single(disclosure_of(rules, tenant, single_person=True)),
        "Where it comes from": _source(rules, tenant, product),
        "Who receives it": _recipients(recipients, region),
        "How long it is kept": (
            f"Bookings from {DAYS_BEHIND} day back to {DAYS_AHEAD} days ahead. What ages out, is cancelled "
            "or leaves the calendar goes with the next look at it; that something was there, without what "
            f"it was, is remembered for {REMOVALS_KEPT_DAYS} days. When the "
            "employer ends its authorization, the keys are destroyed, and with them everything that was "
            "stored, in backups too."
        ),
        "Your rights": _rights(tenant, shown, controller),
    }
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items() if text)
    return f"# What happens with calendars of bookable places: {name}\n\n{body}\n"


def told_of(shown: Disclosure) -> list[str]:
    """What FlexO learns under a disclosure, in words."""
    levels = ((field, int(getattr(shown, field))) for field in SHOWN)
    return [SHOWN[field][level] for field, level in levels if level in SHOWN[field]]


def told_to(tenant: Tenant, shown: Disclosure) -> list[str]:
    """All that FlexO learns of a tenant under a disclosure, in words."""
    return [*told_of(shown), *([STATISTICS] if tenant.registration.statistics else [])]


def _withheld(shown: Disclosure) -> list[str]:
    return [text for field, text in WITHHELD.items() if not getattr(shown, field)]


def _private(shown: Disclosure) -> str:
    if shown.title is Title.NONE and shown.booker is Booker.NONE:
        return "The same as of all others."
    return "The same, but neither what they are about nor who booked."


def _single(shown: Disclosure) -> str:
    return (
        "A room for one, unless the employer has said that it is nobody's own, shows less: "
        f"{'; '.join(told_of(shown))}. Nothing that ended before today is shown."
    )


def _source(rules: Rules, tenant: Tenant, product: str) -> str:
    told = f"From the calendars of bookable places in {product}, and not from you (Art. 14(2)(f) GDPR)."
    if brings_people(rules, tenant):
        why = _why(disclosure_of(rules, tenant), tenant.connection.mode)
        told += f" Names and addresses cross the gateway's memory there, {why}; none is stored."
    else:
        told += f" Names and addresses are not asked for{_once_objected(disclosure_of(rules, tenant))}."
    if tenant.registration.persons is not None:
        told += (
            " If you connect a calendar of your own, then also from there: only of events that name such a "
            "place, and names of who is invited may cross the gateway's memory."
        )
    return told


def _once_objected(shown: Disclosure) -> str:
    if not shows_persons(shown):
        return ""
    return (
        "; once somebody objects, the organizer's address is, to leave out what they organize, and it is not "
        "stored"
    )


def _why(shown: Disclosure, mode: Mode) -> str:
    """What brings names and addresses into memory."""
    if mode is Mode.DELTA:
        return "because in the mode that the employer chose the provider sends all of an event"
    reasons = {
        "to count who comes": shown.people is not People.NONE,
        "to find who asked to be recognized": shown.booker is not Booker.NONE,
        "to take names out of titles": shown.title > Title.CATEGORY,
    }
    return ", ".join(reason for reason, holds in reasons.items() if holds)


def _rights(tenant: Tenant, shown: Disclosure, controller: Party) -> str:
    told = (
        "Access, correction, erasure, restriction, objection (Art. 15 to 18 and 21 GDPR) and portability "
        f"(Art. 20 GDPR): ask {controller.contact}. You can complain to a data protection authority: "
        f"{BLANK.format('which one')}."
    )
    if shows_persons(shown) or shown.booker is not Booker.NONE:
        told += (
            " If you object, nothing is told any more of who organizes the events that you organize, of how "
            "many come and of what for; that the place is taken still is."
        )
    if tenant.registration.persons is not None:
        told += (
            " If you connected a calendar of your own, you can withdraw that at any time, here or at your "
            "provider, and what was read by it is erased."
        )
    return told


def _recipients(recipients: Sequence[Recipient], region: str) -> str:
    named = f" ({', '.join(one.name for one in recipients)})" if recipients else ""
    told = f"FlexO{named}, and nobody else. It is stored in the region *{region}*, sealed."
    abroad = [f" {one.name} receives it {one.abroad}." for one in recipients if one.abroad is not None]
    if abroad:
        told += f"{''.join(abroad)} For a copy of that ground ask the controller (Art. 13(1)(f) GDPR)."
    return told


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _sentence(parts: Sequence[str]) -> str:
    told = "; ".join(parts)
    return told[:1].upper() + told[1:]
