"""``gateway certificate``, ``verify`` and ``log``: what proves a withdrawal, and whether it does."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gateway.app.accountability.acknowledged import acknowledged, evidence_line
from gateway.app.accountability.certificates import certificate as certificate_of
from gateway.app.accountability.certificates import verdict, withdrawal_named
from gateway.app.accountability.transparency import (
    extension,
    log_keys,
    newest_checkpoint,
    shown_key,
    take_cosigned,
    told,
)
from gateway.app.tenants import find_tenant
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, read_file
from gateway.cli.tenant_name import TenantName
from gateway.proof.offline import verifier_key

DOES_NOT_HOLD = 1


async def certificate(
    tenant: TenantName,
    withdrawal: Annotated[
        str | None,
        Parameter(help="Its id, or that of a lifted hold or an excluded place; the newest if left out."),
    ] = None,
    *,
    acknowledgements: Annotated[
        bool,
        Parameter(help="Print what consumers say of it instead, and what they signed; a JSON line each."),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Print the certificate of a withdrawal, hold or place, and the proof that it stands in the log."""
    async with configured(config) as parts:
        overview = await find_tenant(parts, tenant)
        own = overview.standing.tenant
        if acknowledgements:
            for one in await acknowledged(parts, own, await withdrawal_named(parts, own, withdrawal)):
                _print(f"{evidence_line(one)}\n")
        else:
            _print(await certificate_of(parts, own, withdrawal))


async def verify(
    file: Annotated[Path, Parameter(help="The certificate, as 'gateway certificate' printed it.")],
    *,
    key: Annotated[
        str | None,
        Parameter(help="The log's, as 'gateway log key' prints it; this installation's if left out."),
    ] = None,
    witness: Annotated[
        list[str] | None, Parameter(help="The key of a witness that must have signed as well; repeatable.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> int:
    """Say whether a certificate holds, and what it says. Exit code 1 if not.

    With --key nothing else is opened. gateway/proof/offline.py does the same by itself.
    """
    content = read_file(file)
    if key is not None:
        keys = [told(lambda: verifier_key(key))]
    else:
        async with configured(config) as parts:
            keys = await log_keys(parts)
    answer, holds = verdict(content, keys, witness or [])
    console().out(answer, highlight=False)
    return 0 if holds else DOES_NOT_HOLD


async def log_key(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Print what verifies the transparency log: hand it to whoever gets certificates, by another way."""
    async with configured(config) as parts:
        for key in await log_keys(parts):
            _print(f"{shown_key(key)}\n")


async def checkpoint(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Print the newest signed head of the transparency log."""
    async with configured(config) as parts:
        _print(await newest_checkpoint(parts))


async def consistency(
    older: Annotated[Path, Parameter(help="A checkpoint that was printed before.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Print the newest checkpoint, and the proof that it extends an older one: what a witness is sent."""
    async with configured(config) as parts:
        _print(await extension(parts, read_file(older).decode(errors="replace")))


async def cosign(
    file: Annotated[Path, Parameter(help="A checkpoint, with the lines that witnesses have added below.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Keep what witnesses have signed: certificates that are printed from now on carry it."""
    async with configured(config) as parts:
        names = await take_cosigned(parts, read_file(file).decode(errors="replace"))
    console().print(f"Kept. Signed beside the log by: {', '.join(names)}.")


def _print(text: str) -> None:
    """As it is: somebody will compare it byte by byte."""
    console().out(text, end="", highlight=False)
