"""The verifier that stands alone: what holds is told, and everything else is refused with its sentence."""

import subprocess
import sys
from pathlib import Path

import cryptography
import pytest

from gateway.proof import offline
from gateway.proof.checkpoint import certificate_file, log_signer, vkey
from gateway.proof.merkle import inclusion, leaf_hash, root
from gateway.proof.offline import Refused, sha256, told, verify
from tests.fakes.witness import Witness
from tests.gateway.proof.logged import SEED, a_log

LOG = a_log(11)
KEY = LOG.signer.key
PROGRAM = Path(offline.__file__)


def refusal(file: bytes, *keys: offline.VerifierKey) -> str:
    with pytest.raises(Refused) as refused:
        verify(file, *(keys or (KEY,)))
    return str(refused.value)


@pytest.mark.parametrize("position", range(len(LOG.lines)))
def test_every_certificate_of_a_log_holds(position: int) -> None:
    verified = verify(LOG.file(position), KEY)
    assert (verified.position, verified.size) == (position, 11)
    assert verified.certificate["withdrawal"] == f"era_{position}"


def test_what_is_told_says_where_it_stands_and_what_it_says() -> None:
    answer = told(verify(LOG.file(3), KEY), KEY)
    assert answer.startswith(f"It holds: number 4 of 11 in the log {KEY.name}.")
    assert '"withdrawal": "era_3"' in answer


def test_any_flipped_bit_is_refused() -> None:
    file = bytearray(LOG.file(4))
    for bit in range(8 * len(file)):
        file[bit // 8] ^= 1 << bit % 8
        assert refusal(bytes(file))
        file[bit // 8] ^= 1 << bit % 8
    assert verify(bytes(file), KEY)


def test_whatever_is_cut_off_is_refused() -> None:
    file = LOG.file(4)
    for length in range(len(file)):
        assert refusal(file[:length])


def test_an_altered_certificate_is_refused() -> None:
    file = LOG.file(4).replace(b"era_4", b"era_5")
    assert refusal(file).startswith("The log does not hold this certificate")


def test_the_proof_of_another_certificate_is_refused() -> None:
    _, _, proof = LOG.file(5).partition(b"\n\n")
    assert refusal(LOG.lines[4] + b"\n\n" + proof).startswith("The log does not hold this certificate")


def test_an_altered_checkpoint_is_refused() -> None:
    checkpoint = LOG.checkpoint().replace("\n11\n", "\n12\n")
    assert refusal(LOG.file(4, checkpoint)) == (
        f"This was not signed by {KEY.name}, or was changed since. Do not rely on it."
    )


def test_another_checkpoint_of_the_same_log_is_refused() -> None:
    assert refusal(LOG.file(4, LOG.checkpoint(10))).startswith("The log does not hold this certificate")


def test_the_signature_of_another_text_is_refused() -> None:
    text, _, _ = LOG.checkpoint().partition("\n\n")
    _, _, signature = LOG.checkpoint(10).partition("\n\n")
    assert "was changed since" in refusal(LOG.file(4, f"{text}\n\n{signature}"))


def test_of_several_signatures_of_one_key_each_has_to_be_good() -> None:
    _, _, wrong = LOG.checkpoint(10).partition("\n\n")
    twice = LOG.checkpoint() + LOG.checkpoint().partition("\n\n")[2]
    assert verify(LOG.file(4, twice), KEY)
    assert "was changed since" in refusal(LOG.file(4, LOG.checkpoint() + wrong))


def test_another_installations_log_is_refused() -> None:
    assert "This was not signed by" in refusal(LOG.file(4), log_signer(SEED[::-1], 1).key)


def test_another_log_of_the_same_key_is_refused() -> None:
    second = log_signer(SEED, 2)
    text, _, _ = LOG.checkpoint().partition("\n\n")
    file = LOG.file(4, second.signed(f"{text}\n"))
    assert refusal(file, second.key).startswith("This stands in another log")


def test_a_witness_that_is_named_has_to_have_signed() -> None:
    checkpoint = LOG.checkpoint()
    witness, other = (Witness(f"witness.example/{name}", KEY) for name in ("w1", "w2"))
    file = LOG.file(4, checkpoint + witness.line(checkpoint, 1_700_000_000))
    assert verify(file, KEY).position == verify(file, KEY, witness.key).position == 4
    assert "not signed by witness.example/w2" in refusal(file, KEY, witness.key, other.key)
    early = LOG.file(4, checkpoint + witness.line(LOG.checkpoint(10), 1_700_000_000))
    assert "not signed by witness.example/w1" in refusal(early, KEY, witness.key)


def test_a_witness_is_no_log() -> None:
    witness = Witness(KEY.name, KEY)
    text, _, _ = LOG.checkpoint().partition("\n\n")
    file = LOG.file(4, f"{text}\n\n{witness.line(LOG.checkpoint(), 1)}")
    assert "not signed by" in refusal(file)
    assert refusal(file, witness.key).startswith("This stands in another log")


def test_an_unknown_form_is_refused() -> None:
    line = b'{"format":"calendar-gateway/certificate@v9"}'
    leaves = [leaf_hash(sha256(line))]
    checkpoint = LOG.signer.checkpoint(1, root(leaves))
    file = certificate_file(line, 0, inclusion(leaves, 0), checkpoint).encode()
    assert "Take a newer verifier" in refusal(file)


@pytest.mark.parametrize("file", [b"", b"{}", b"\xff" * 100, b"{" * 200_000, b"{}\n\n" * 30_000])
def test_what_is_no_certificate_is_refused(file: bytes) -> None:
    assert refusal(file).startswith("This is no certificate")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody does who has this one file: none of ours, nor anything else, can be imported."""
    library = folder / "library"
    library.mkdir(exist_ok=True)
    site = Path(cryptography.__file__).parents[1]
    for package in ("cryptography", "cffi", "_cffi_backend"):
        for found in site.glob(f"{package}*"):
            if not (library / found.name).exists():
                (library / found.name).symlink_to(found)
    alone = f"import sys, runpy; sys.path.append({str(library)!r}); sys.argv = sys.argv[1:]; "
    alone += "runpy.run_path(sys.argv[0], run_name='__main__')"
    program = folder / "offline.py"
    program.write_bytes(PROGRAM.read_bytes())
    command = [sys.executable, "-I", "-S", "-c", alone, str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  this very Python


def test_it_runs_alone(tmp_path: Path) -> None:
    file = tmp_path / "certificate"
    file.write_bytes(LOG.file(4))
    told = run(tmp_path, str(file), "--key", vkey(KEY))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("It holds: number 5 of 11")
    file.write_bytes(LOG.file(4).replace(b"era_4", b"era_5"))
    told = run(tmp_path, str(file), "--key", vkey(KEY))
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.startswith("The log does not hold this certificate")
    told = run(tmp_path, str(tmp_path / "nowhere"), "--key", vkey(KEY))
    assert (told.returncode, told.stderr) == (2, "")


def test_it_is_short() -> None:
    assert len(PROGRAM.read_text(encoding="utf-8").splitlines()) < 150
