"""Google's project stream: what is wanted of it, what it says of itself, and how much of it is believed."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.project_stream import (
    REQUESTED,
    Configuration,
    ProjectStream,
    configuration,
    expected,
    metadata,
    of_a_person,
    status,
)
from gateway.signals.signal import CHANNEL, TENANT, About, Claim, Name, NameKind, Signal
from gateway.signals.stream import DOCUMENT_BYTES_MAX, Status
from gateway.signals.transmitter import Question

URL = "https://gateway.example/v1/signals/secret/google"
WANTED = Configuration.wanted(URL)
#: As its own document stands there: with names of its own, and a part of one address twice.
DOCUMENT = {
    "issuer": "https://accounts.google.com",
    "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
    "delivery_methods_supported": ["http://schemas.openid.net/secevent/risc/delivery-method/push"],
    "get_configuration_endpoint": "https://risc.googleapis.com/v1beta/v1beta/stream",
}
ACCOUNT, GRANT = Name(NameKind.ACCOUNT, "1182"), Name(NameKind.GRANT, "prefix:1//0")
ADDRESS = Name(NameKind.ADDRESS, "ana@people.example")


def test_what_is_wanted_is_all_that_google_offers_and_a_verification() -> None:
    body = json.loads(WANTED.written)
    assert body["delivery"] == {
        "delivery_method": "https://schemas.openid.net/secevent/risc/delivery-method/push",
        "url": URL,
    }
    assert len(body["events_requested"]) == len(REQUESTED) == 7
    assert {name.rpartition("/")[2] for name in REQUESTED} == {
        *("sessions-revoked", "tokens-revoked", "token-revoked", "account-disabled", "account-enabled"),
        *("account-credential-change-required", "verification"),
    }


def test_what_stands_there_is_compared_by_what_it_means() -> None:
    assert configuration(WANTED.written) == WANTED
    told = json.loads(WANTED.written) | {"iss": "x", "aud": ["y"], "status": "enabled"}
    told["events_requested"] = [*reversed(told["events_requested"]), "urn:another"]
    found = configuration(json.dumps(told).encode())
    assert found is not None
    assert found.is_as(WANTED)
    fewer = msgspec.structs.replace(WANTED, events_requested=WANTED.events_requested[1:])
    for other in (Configuration.wanted(f"{URL}x"), fewer, Configuration()):
        assert not other.is_as(WANTED)
    another_method = WANTED.written.replace(b"method/push", b"method/poll")
    found = configuration(another_method)
    assert found is not None
    assert not found.is_as(WANTED)


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "https://accounts.google.com/"])
def test_its_document_is_taken_however_it_writes_itself(issuer: str) -> None:
    found = metadata(json.dumps(DOCUMENT | {"issuer": issuer}).encode())
    assert found is not None
    assert found.jwks_uri == DOCUMENT["jwks_uri"]


@pytest.mark.parametrize(
    "document",
    [
        DOCUMENT | {"issuer": "https://accounts.google.com.example"},
        DOCUMENT | {"issuer": "http://accounts.google.com"},
        DOCUMENT | {"jwks_uri": ""},
        DOCUMENT | {"padding": "x" * DOCUMENT_BYTES_MAX},
        {"issuer": DOCUMENT["issuer"]},
        [],
    ],
)
def test_what_another_would_say_is_nothing(document: object) -> None:
    assert metadata(json.dumps(document).encode()) is None


def test_a_status_is_one_that_is_known() -> None:
    assert status(b'{"status": "enabled", "status_updated_at": 1}') is Status.ENABLED
    assert status(b'{"status": "disabled"}') is Status.DISABLED
    for other in (b'{"status": "resting"}', b"{}", b"<html>", b""):
        assert status(other) is None


@given(st.binary(max_size=200))
def test_whatever_comes_raises_nothing(document: bytes) -> None:
    for read in (metadata, configuration, status):
        read(document)


def test_what_is_known_is_read_as_it_was_written_and_hides() -> None:
    known = ProjectStream(secret=URL, jwks_uri="https://x.example/", question=Question("state", 1))
    assert ProjectStream.read(known.written) == known
    assert repr(known) == "<ProjectStream>"


def test_it_speaks_as_google_and_to_our_client() -> None:
    expectation = expected("1-a.apps.example")
    assert expectation.is_google
    assert expectation.audiences == frozenset({"1-a.apps.example"})
    assert expectation.spellings == {"https://accounts.google.com", "https://accounts.google.com/"}


def test_it_is_believed_of_a_person_by_googles_ids_alone() -> None:
    signal = Signal("google", "1", About.person(ACCOUNT, GRANT, ADDRESS), Claim.DISABLED, at=1)
    assert of_a_person(signal) == signal._replace(about=About.person(ACCOUNT, GRANT))
    for about in (TENANT, CHANNEL):
        assert of_a_person(signal._replace(about=about)) == signal._replace(
            about=About.person(), proves=Claim.UNKNOWN
        )
