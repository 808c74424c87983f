"""What a person is told of what they ask, for an officer to hand on: the same, whatever is held of them."""

from gateway.request import By, RequestKind

_RESTRICTED = (
    "From now on FlexO is told nothing of who books, who comes and what for, of events that you organize; "
    "their rooms stay taken. So FlexO does not recognize you meanwhile, and a calendar of your own that you "
    "named is not read."
)
_GONE = (
    "If it is carried out, what was kept to recognize you is destroyed. That cannot be undone; you may be "
    "enrolled anew. Events stay in calendars as they are there."
)
_HANDED_OUT = "You will get what is kept of you, with why and for how long"
_WRITTEN = "What is kept of them, which may be nothing, is in that file. Hand it over, then remove it."
_WITHDRAWN = "Nothing is told of the people of their events any more; their places stay taken."

#: As soon as they have asked.
TEXTS = {
    RequestKind.ACCESS: f"{_HANDED_OUT}. Nothing stops working. Events are to be seen in calendars.",
    RequestKind.PORTABILITY: f"{_HANDED_OUT}, in a form that programs read. Nothing stops working.",
    RequestKind.RECTIFICATION: (
        "What is kept follows calendars: have it corrected there. All is read anew then. It all goes on."
    ),
    RequestKind.RESTRICTION: f"{_RESTRICTED} It ends once you were told, and nothing is erased for it.",
    RequestKind.OBJECTION: f"{_RESTRICTED} {_GONE}",
    RequestKind.ERASURE: f"{_RESTRICTED} {_GONE}",
}

#: Once it is done, to the officer.
DONE = {
    RequestKind.ACCESS: _WRITTEN,
    RequestKind.PORTABILITY: _WRITTEN,
    RequestKind.RECTIFICATION: "All is read anew from its source, which takes minutes.",
    RequestKind.RESTRICTION: (
        "They stay restricted until 'gateway request close'; tell them before that (Art. 18(3) GDPR)."
    ),
    RequestKind.OBJECTION: _WITHDRAWN,
    RequestKind.ERASURE: _WITHDRAWN,
}

#: To the officer, of a refusal (Art. 12(4) GDPR) and of an extension (Art. 12(3)).
REFUSED = (
    "Tell the person why by {day} at the latest, and that they may complain to a supervisory authority and "
    "go to court (Art. 12(4) GDPR)."
)
EXTENDED = "Tell the person why by {day} at the latest (Art. 12(3) GDPR)."

#: Who took a step.
TAKEN_BY = {
    By.OFFICER: "an officer",
    By.INSTRUCTION: "the tenant's standing instruction",
    By.WITHDRAWAL: "the tenant's withdrawal, with which nothing is kept of anybody",
}

#: To the controller, before it withdraws.
WAITING = (
    "{waiting:,} requests of people wait for an answer, {lost:,} of which can be answered from what is kept "
    "alone: 'gateway request carry-out' before you withdraw. Nothing of who is restricted is kept either, "
    "unless a legal hold keeps it."
)
#: And once it has, of what its withdrawal carried out, and of what cannot be answered any more.
STOPPED = (
    "{count:,} requests of people were carried out by it: nothing of them is read, told or kept. Tell each "
    "so, the first by {day} (Art. 12(3) GDPR)."
)
LOST = (
    "{count:,} cannot be answered any more, since what they ask for is gone, and were closed. Tell each why, "
    "the first by {day}, and that they may complain to a supervisory authority and go to court "
    "(Art. 12(4) GDPR)."
)
UNENDED = "{count:,} requests of people end with it, once it is proved: 'gateway request list' shows them."
