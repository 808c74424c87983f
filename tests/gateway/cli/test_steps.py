"""To withdraw takes no more than to grant (Art. 7(3) GDPR), counted in what people have to type and to do."""

import pytest

from gateway.cli.commands import command_line

#: What a person does between an invitation and a connected calendar: open it, and agree at their provider.
AGREEING = 2
#: Whoever sits there is asked once whether to export first.
ANSWERING = 1
#: To end it they tell whoever invited them what the last page named.
TELLING = 1


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> "Typed":
    return Typed(capsys)


class Typed:
    """How many words a command takes at least: itself, and all that it asks for."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *command: str) -> int:
        command_line()([*command, "--help"], result_action="return_value")
        usage = self._capsys.readouterr().out.partition("\n\n")[0].split()
        assert usage[: 2 + len(command)] == ["Usage:", "gateway", *command]
        asked = [word for word in usage[2 + len(command) :] if word != "[OPTIONS]"]
        # An option and its value are one thing to say.
        return 1 + len(asked) - sum(word.startswith("--") for word in asked)


def test_an_employer_withdraws_with_less_than_it_grants(typed: Typed) -> None:
    assert typed("tenant", "withdraw") == 2
    assert typed("tenant", "withdraw") + ANSWERING <= typed("tenant", "add")


def test_a_person_withdraws_with_no_more_than_they_grant(typed: Typed) -> None:
    granting = typed("link", "invite") + AGREEING
    assert typed("link", "withdraw") + TELLING <= granting


def test_a_tenant_objects_with_no_more_than_it_accepts(typed: Typed) -> None:
    """Also where it chooses to withdraw on that day: that is one word more, and its own."""
    assert typed("tenant", "object") == typed("tenant", "accept") == 3
