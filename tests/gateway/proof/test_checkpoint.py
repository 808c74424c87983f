"""Signed texts as others write them: the vectors of Go's note, and what witnesses add."""

import pytest

from gateway.proof.checkpoint import Signer, cosigned, extension_file, log_signer, vkey
from gateway.proof.merkle import consistency
from gateway.proof.offline import LOG, Refused, is_good, open_checkpoint, unbase64, verifier_key
from tests.fakes.witness import Witness
from tests.gateway.proof.logged import SEED, a_log

#: Of the examples of golang.org/x/mod/sumdb/note.
KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="
#: Of a public witness: no signature of it is needed to know that ids of its kind are computed alike.
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"


def test_what_go_signed_is_believed() -> None:
    key, signature = verifier_key(KEY), unbase64(SIGNATURE)
    assert signature[:4] == key.id
    assert is_good(key, TEXT, signature[4:])
    assert not is_good(key, TEXT.replace("answer", "question"), signature[4:])


def test_a_note_has_its_text_an_empty_line_and_whose_signature_it_is() -> None:
    signer = Signer("example.com/somebody", SEED)
    text, line = signer.signed(TEXT).removesuffix("\n").split("\n\n")
    dash, name, encoded = line.split(" ")
    assert (f"{text}\n", dash, name) == (TEXT, "\u2014", "example.com/somebody")
    assert unbase64(encoded)[:4] == signer.key.id
    assert is_good(signer.key, TEXT, unbase64(encoded)[4:])


@pytest.mark.parametrize("key", [KEY, WITNESS_KEY])
def test_keys_are_read_as_they_are_written(key: str) -> None:
    assert vkey(verifier_key(f" {key}\n")) == key


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "EnochRoot",
        KEY[1:],
        KEY.replace("af0cfe78", "af0cfe79"),
        KEY.replace("af0cfe78", "AF0CFE78"),
        KEY[:-1],
        KEY.replace("+ATtq", "+AjtQ"),
        "bananas.example+12345678+THIS_IS_NOT_BASE64!",
    ],
)
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        verifier_key(wrong)


def test_logs_of_one_key_are_told_apart_and_others_never_bear_their_names() -> None:
    first, second, elsewhere = log_signer(SEED, 1), log_signer(SEED, 2), log_signer(SEED[::-1], 1)
    assert len({first.key.name, second.key.name, elsewhere.key.name}) == 3
    assert {signer.key.kind for signer in (first, second, elsewhere)} == {LOG}
    with pytest.raises(Refused):
        open_checkpoint(first.checkpoint(0, bytes(32)), second.key)


def test_a_checkpoint_has_three_lines_and_an_empty_one() -> None:
    log = a_log(3)
    name, size, root, empty, signed, end = log.checkpoint().split("\n")
    assert (name, size, len(unbase64(root)), empty, end) == (log.signer.key.name, "3", 32, "", "")
    assert signed.startswith(f"\u2014 {name} ")


@pytest.mark.parametrize("text", ["one line\n", "log\n1\n", "log\n01\nAAAA\n", "log\n1\nAAAA\nmore\n"])
def test_other_texts_are_no_checkpoints(text: str) -> None:
    signer = log_signer(SEED, 1)
    with pytest.raises(Refused, match="cut off or damaged"):
        open_checkpoint(signer.signed(text), signer.key)


def test_a_witness_adds_its_line() -> None:
    log = a_log(5)
    witness, checkpoint = Witness("witness.example/w1", log.signer.key), log.checkpoint(3)
    returned = witness.add(extension_file(0, [], checkpoint), 1_700_000_000)
    both = cosigned(checkpoint, returned, [witness.key])
    assert both == returned
    assert open_checkpoint(both, log.signer.key, witness.key)[1] == 3
    request = extension_file(3, consistency(log.leaves, 3), log.checkpoint())
    assert cosigned(log.checkpoint(), witness.add(request, 1_700_000_001), [witness.key])


def test_the_newest_word_of_a_witness_counts_and_others_are_not_kept() -> None:
    log = a_log(2)
    checkpoint, key = log.checkpoint(), log.signer.key
    known, other = Witness("witness.example/w1", key), Witness("witness.example/w2", key)
    once = cosigned(checkpoint, checkpoint + known.line(checkpoint, 1), [known.key])
    returned = once + other.line(once, 2) + known.line(once, 3)
    again = cosigned(once, returned, [known.key])
    assert again == checkpoint + known.line(checkpoint, 3)


def test_what_a_witness_did_not_sign_so_is_refused() -> None:
    log = a_log(3)
    checkpoint = log.checkpoint()
    witness = Witness("witness.example/w1", log.signer.key)
    with pytest.raises(Refused, match="not signed by witness"):
        cosigned(checkpoint, checkpoint + witness.line(log.checkpoint(2), 1), [witness.key])
    with pytest.raises(Refused, match="None of the witnesses"):
        cosigned(checkpoint, checkpoint + witness.line(checkpoint, 1), [])
    older = log.checkpoint(2)
    with pytest.raises(Refused, match="not the checkpoint"):
        cosigned(checkpoint, older + witness.line(older, 1), [witness.key])
    with pytest.raises(Refused, match="cut off or damaged"):
        cosigned(checkpoint, witness.line(checkpoint, 1), [witness.key])


def test_a_witness_that_saw_more_signs_nothing_else() -> None:
    log, forked = a_log(3), a_log(2)
    witness = Witness("witness.example/w1", log.signer.key)
    witness.add(extension_file(0, [], log.checkpoint()), 1)
    forked.append(withdrawal="era_another")
    forked.append(withdrawal="era_more")
    with pytest.raises(AssertionError):
        witness.add(extension_file(3, consistency(forked.leaves, 3), forked.checkpoint()), 2)
