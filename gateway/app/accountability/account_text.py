"""The account of an authorization for people, in Markdown."""

from collections.abc import Iterator, Sequence

from gateway.app.accountability.account import Account, Happening
from gateway.app.requests.told import became, counted
from gateway.clock import to_minute, to_second
from gateway.proof.certificate import EXCEPTIONS
from gateway.record import AuthorizationRecord, InForce, Mandate, Party, Recipient

#: Whose data it is where no one person has granted it.
SUBJECTS = "whoever is on events in calendars of bookable places, employees and visitors; nobody is named"
RECIPIENT = "FlexO"


def account_text(account: Account) -> str:
    """All that was recorded, and all that happened since."""
    record = account.record
    sections = {
        "Parties": _listed(_parties(record)),
        "What for, and on which basis": _listed(_grounds(record)),
        "What FlexO is told": _listed(_told(record)),
        "Who receives it": receivers(record.in_force.recipients),
        "Where, and for how long": _listed([where(record.region), *record.retention]),
        "Notice and policy": _listed(_versions(record.in_force)),
        "Withdrawal and rights": _listed([record.withdrawal, rights(record)]),
        "What became of it": _listed([_happened(one) for one in account.happenings]),
        **({"What people asked": _listed(_asked(account))} if account.requests else {}),
        **({"Copies that were tried": _listed(_tried(account))} if account.drills else {}),
        **({"Who says that it was deleted": _listed(_deleted(account))} if account.acknowledged else {}),
    }
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    return f"# {title(account)}\n\n{_listed(_head(account))}\n\n{body}\n\n{EXCEPTIONS}\n"


def title(account: Account) -> str:
    """What it is an account of."""
    what = "Consent of a person at" if account.is_personal else "Authorization by"
    return f"{what} {account.record.tenant_name}"


def where(region: str) -> str:
    """Where it is stored and processed, and no further."""
    return f"stored and processed in region {region} alone"


def until(held: InForce) -> str:
    """For how long it is given."""
    return "until it is withdrawn" if held.expires_at is None else f"until {held.expires_at}"


def source(account: Account) -> str:
    """Where it comes from. Of a person, no directory: one's own domain is as good as a name."""
    record = account.record
    return record.provider if account.is_personal else f"{record.provider}, directory {record.directory}"


def receivers(recipients: Sequence[Recipient]) -> str:
    """Who receives what is told."""
    named = ", ".join(f"{one.name} {one.in_words}" for one in recipients) or "no consumer yet"
    return f"{RECIPIENT} ({named}), and nobody else"


def rights(record: AuthorizationRecord) -> str:
    """What data subjects may ask for, and where."""
    return f"Art. {', '.join(record.rights)} GDPR: {record.controller.contact}"


def authority(record: AuthorizationRecord) -> str:
    """Who may be complained to."""
    return f"the data protection authority of {record.controller.jurisdiction}"


def _head(account: Account) -> Iterator[str]:
    record, authorization = account.record, account.authorization
    yield f"record {authorization.id} of tenant {authorization.tenant}, schema {record.schema}"
    yield f"recorded {record.recorded_at}, given {until(record.in_force)}; now {authorization.state}"
    if record.trial is not None:
        trial = record.trial
        yield f"a trial of {trial.calendars} calendars, from {trial.begun_at} to {trial.ends_at} at most"
    yield f"data subject: {authorization.id}" if account.is_personal else f"data subjects: {SUBJECTS}"
    yield f"source: {source(account)}{f', grant {record.grant}' if record.grant else ''}"


def _parties(record: AuthorizationRecord) -> Iterator[str]:
    yield f"controller: {_party(record.controller)}, {record.controller.jurisdiction}"
    yield f"processor: {_party(record.processor)}, {record.processor.jurisdiction}"
    if record.mandate is not None:
        yield f"acts for the controller: {_party(record.mandate)}; mandate: {record.mandate.reference}"
    yield f"authority: {authority(record)}"


def _party(party: Party | Mandate) -> str:
    return f"{party.name}, {party.address}, {party.contact}"


def _grounds(record: AuthorizationRecord) -> Iterator[str]:
    yield f"purpose: {record.purpose}"
    national = f", {record.national_rule}" if record.national_rule else ""
    yield f"legal basis: Art. 6(1)({record.basis}) GDPR{national}"
    yield f"instruction: {record.instruction}"
    yield f"necessity: {record.necessity}"


def _told(record: AuthorizationRecord) -> Iterator[str]:
    yield from record.in_force.told
    yield f"special categories of data: {record.special_categories}"


def _versions(held: InForce) -> Iterator[str]:
    yield f"notice: gateway notice, {held.notice_version}, in English"
    passing = f", passing to {held.next_policy}" if held.next_policy else ""
    yield f"policy: {held.policy}{passing}, {held.policy_version}"


def _happened(one: Happening) -> str:
    row, held = one.row, one.held
    at = to_second(row.at)
    days = "" if row.days is None else f", {row.days} days left"
    told = f"{at}: {row.what}, {' '.join(filter(None, (one.state, row.reason)))}{days}"
    if one.change is not None:
        change = one.change
        return (
            f"{told}; {change.id}, {change.kind} {change.name}: {change.what} From "
            f"{to_minute(change.effective_at)}; to object to until {to_minute(change.object_by)}"
        )
    if not one.is_news:
        return told
    return f"{told}; given {until(held)}; {receivers(held.recipients)}; {'; '.join(_versions(held))}"


def _asked(account: Account) -> Iterator[str]:
    yield from counted(account.requests)
    yield from map(became, account.requests)


def _tried(account: Account) -> Iterator[str]:
    return (one.in_words for one in account.drills)


def _deleted(account: Account) -> Iterator[str]:
    for one in account.acknowledged:
        at = to_second(one.said.acknowledged_at)
        how = "by its token, unsigned" if one.signed is None else f"signed: {one.signed.jws}"
        yield f"{at}: {one.said.consumer}, erasure {one.erasure}, {how}"


def _listed(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
