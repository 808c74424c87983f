"""The forms of grant: least first, each whole, and which one a tenant gave."""

from datetime import timedelta

import msgspec
import pytest

from connectors.google.grant import DIRECTORY_SCOPE, EVENTS_SCOPE, FREEBUSY_SCOPE
from connectors.google.grants import FORMS as GOOGLE
from connectors.google.grants import events_scope
from connectors.grant_form import Check, GrantForm
from gateway.app.providers.grants import FORMS, form_of, least
from gateway.cli.commands import command_line
from gateway.errors import UnknownName
from gateway.tenant import Connection, Provider

EVERY = [form for forms in FORMS.values() for form in forms]
NAMES = [form.name for form in EVERY]
#: What decides itself is asked of nobody; clocks and push are ours.
OURS = {Check.CLOCK, Check.PUSH}


def test_the_least_stands_first() -> None:
    assert {provider: least(provider).name for provider in Provider} == {
        Provider.MICROSOFT: "scoped",
        Provider.GOOGLE: "shared",
    }
    for forms in FORMS.values():
        assert [form.confines for form in forms] == [True] + [False] * (len(forms) - 1)


@pytest.mark.parametrize("form", EVERY, ids=NAMES)
def test_every_form_says_who_does_what_where(form: GrantForm) -> None:
    assert form.permissions
    assert "directory-1" in form.removal.format(directory="directory-1")
    assert all(step.where and step.what and step.checks for step in form.steps)
    assert all(timedelta() < step.lag <= timedelta(hours=24) for step in form.steps)
    told = [check for step in form.steps for check in step.checks]
    assert len(told) == len({*told})
    assert not OURS & {*told}
    assert {Check.DIRECTORY, Check.CALENDAR} <= {*told}


@pytest.mark.parametrize("form", EVERY, ids=NAMES)
def test_what_the_provider_does_not_confine_is_warned_of(form: GrantForm) -> None:
    assert form.confines or any("only our policy confines" in warning.lower() for warning in form.warnings)


def test_google_is_asked_for_the_scope_of_the_grant() -> None:
    assert [events_scope(form) for form in GOOGLE] == [EVENTS_SCOPE, FREEBUSY_SCOPE, EVENTS_SCOPE]
    assert all(DIRECTORY_SCOPE in form.permissions for form in GOOGLE)
    assert [form.is_delegated for form in GOOGLE] == [False, True, True]


@pytest.mark.parametrize(
    ("sealed", "name"),
    [
        (b'{"provider": "microsoft", "directory": "d"}', "scoped"),
        (b'{"provider": "google", "directory": "c", "read_as": "r@corp.example"}', "delegated-readonly"),
        (b'{"provider": "google", "directory": "c", "grant": "shared"}', "shared"),
    ],
)
def test_a_connection_sealed_before_grants_had_names_is_known(sealed: bytes, name: str) -> None:
    connection = msgspec.json.decode(sealed, type=Connection)
    assert form_of(connection.provider, connection.grant).name == name


@pytest.mark.parametrize("name", ["", "SCOPED", "shared"])
def test_a_grant_of_another_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownName, match="Choose one of: scoped, org-wide"):
        form_of(Provider.MICROSOFT, name)


def test_help_names_every_grant(capsys: pytest.CaptureFixture[str]) -> None:
    command_line()(["tenant", "add", "--help"], result_action="return_value")
    told = capsys.readouterr().out
    assert [name for name in NAMES if name not in told] == []
