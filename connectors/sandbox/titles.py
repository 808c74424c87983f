"""What people write into a meeting: titles and bodies that hold names, phone numbers, links and PINs."""

from typing import NamedTuple

from connectors.sandbox.chance import Chance

#: ``{who}`` and ``{guest}`` are names, ``{phone}`` a number, ``{first}`` a given name.
_TITLES = (
    "Stand-up", "Sprint planning", "Budget 2027", "Board meeting", "All hands", "Retro", "Jour fixe",
    "1:1 {who}", "1:1 {who} / {guest}", "Performance review {who}", "Probezeitgespräch {who}",
    "Call {guest} {phone}", "Interview: {guest}", "Rückkehrgespräch {who}", "Entretien annuel {who}",
    "Physio {who}", "BEM-Gespräch {who} (Betriebsrat)", "Separation talk {who}", "Visa questions {guest}",
    "Pitch for {guest}", "Birthday lunch for {who} 🎂", "Leaving drinks {who}", "Dr. {guest}: results",
    "Reunião com {guest}", "Spotkanie z {guest}", "Görüşme {guest}", "打ち合わせ {guest}", "Зустріч: {guest}",
    "اجتماع مع {guest}", "פגישה עם {guest}", "FW: offer for {guest}, call me on {phone}", "Project Heron",
    "Workshop {first} & {guest}", "Customer visit {guest}", "Onboarding {who}",
)  # fmt: skip

_BODIES = (
    "Hi {first},\n\nplease bring the figures. {guest} joins by phone ({phone}).",
    "Agenda:\n1. Salary of {who}\n2. Sick leave since Monday\n3. AOB\n\nRing {phone} at the door.",
    "{guest} would rather not be seen in reception; collect from the back door. Mobile {phone}.",
    "Notes of last time: https://wiki.example/people/{first}/review",
    "Hallo {who}, wie besprochen ohne den Betriebsrat. Rückfragen unter {phone}.",
    "",
)

_JOIN = "\n\n____________\nJoin: {link}\nDial-in: {dial_in}  PIN: {pin}#"

#: Titles of whole days.
DAY_TITLES = ("Offsite {who}", "Reserved for {guest}", "Quarter close", "Exam day", "Umzug Team {first}")


class Conference(NamedTuple):
    """How to join from afar."""

    link: str
    dial_in: str
    pin: str
    code: str


class Mention(NamedTuple):
    """Whom a text speaks of."""

    who: str
    guest: str


def phone(chance: Chance) -> str:
    """A number from the range kept for fiction."""
    return f"+1-555-01{chance.below(100):02d}"


def conference(chance: Chance, host: str) -> Conference:
    code = f"{chance.identifier(4)}-{chance.identifier(4)}-{chance.identifier(3)}".lower()
    return Conference(f"https://{host}/{code}", phone(chance), f"{chance.between(100000, 999999)}", code)


def title(chance: Chance, mention: Mention, choices: tuple[str, ...] = _TITLES) -> str:
    return _filled(chance.pick(choices), chance, mention)


def body(chance: Chance, mention: Mention, joining: Conference | None) -> str:
    text = _filled(chance.pick(_BODIES), chance, mention)
    if joining is None:
        return text
    return text + _JOIN.format(link=joining.link, dial_in=joining.dial_in, pin=joining.pin)


def _filled(pattern: str, chance: Chance, mention: Mention) -> str:
    return pattern.format(
        who=mention.who, guest=mention.guest, first=mention.who.split(" ")[0], phone=phone(chance)
    )
