"""Arranging for streams at their transmitters: made, asked how they stand, asked to work, and ended."""

from contextlib import suppress

from msgspec.structs import replace
from yarl import URL

from gateway.app.outgoing.posting import public_target
from gateway.app.signals.asking import Asker, NotAnswered, is_local
from gateway.signals.stream import (
    Metadata,
    Status,
    agreed,
    enabling_request,
    metadata,
    status,
    stream_request,
    verification_request,
    well_known,
)
from gateway.signals.transmitter import Transmitter


async def agree(asker: Asker, made: Transmitter, address: str | None, shows: str | None) -> Transmitter:
    """A transmitter with whom a stream was agreed on: that comes to ``address``, or with None is fetched.

    Raises NotAnswered.
    """
    own = await described(asker, made.issuer)
    found = await _made(asker, replace(made, metadata=own), address, shows)
    if address is None and not leads(made.issuer, _delivered(found)):
        await end_stream(asker, found)
        raise NotAnswered("no_stream")
    return found


async def agree_anew(asker: Asker, known: Transmitter, shows: str | None) -> Transmitter:
    """The same with another stream in place of one that is gone. Raises NotAnswered.

    It is asked where it was on the first day, and what is fetched stays at the host where it was.
    """
    before = _delivered(known)
    found = await _made(asker, known, None if shows is None else before, shows)
    after = _delivered(found)
    if shows is None and (after is None or before is None or URL(after).origin() != URL(before).origin()):
        await end_stream(asker, found)
        raise NotAnswered("no_stream")
    return found


async def _made(asker: Asker, made: Transmitter, address: str | None, shows: str | None) -> Transmitter:
    """Of one that comes, what it was told where to stands with us as well, whether it repeats that or not."""
    if made.metadata is None:
        raise NotAnswered("no_metadata")
    asked = stream_request(address, None if shows is None else f"Bearer {shows}")
    document = await asker.post(made.metadata.configuration_endpoint, asked, made.token)
    stream = agreed(document, made.issuer)
    if stream is None:
        raise NotAnswered("no_stream")
    return replace(made, agreed=stream if address is None else stream.delivered_to(address))


def _delivered(transmitter: Transmitter) -> str | None:
    return None if transmitter.agreed is None else transmitter.agreed.delivery.endpoint_url


async def is_gone(asker: Asker, transmitter: Transmitter) -> bool:
    """Whether its transmitter says of a stream's configuration, too, that there is none."""
    own, stream = transmitter.metadata, transmitter.agreed
    if own is None or stream is None:
        return False
    try:
        await asker.get(_of_stream(own.configuration_endpoint, stream.stream_id), transmitter.token)
    except NotAnswered as error:
        return error.code == "not_found"
    return False


async def described(asker: Asker, issuer: str) -> Metadata:
    """What an issuer says of itself, where nothing leads elsewhere than it may. Raises NotAnswered."""
    own = metadata(await asker.get(well_known(issuer)), issuer)
    if own is None or not all(leads(issuer, address) for address in own.addresses):
        raise NotAnswered("no_metadata")
    return own


def leads(issuer: str, address: str | None) -> bool:
    """Whether an address that an issuer names may be asked: one elsewhere names none on this machine."""
    if address is None:
        return False
    return is_local(address) if is_local(issuer) else public_target(address) is not None


async def let_stand(asker: Asker, transmitter: Transmitter) -> None:
    """Have it that a stream tells what happens. Raises NotAnswered by how it stood, where that is not so."""
    own, stream = transmitter.metadata, transmitter.agreed
    if own is None or own.status_endpoint is None or stream is None:
        return
    answer = await asker.get(_of_stream(own.status_endpoint, stream.stream_id), transmitter.token)
    found = status(answer)
    if found is Status.ENABLED:
        return
    # Where its operator does not want to, whoever looks sees how it stands.
    with suppress(NotAnswered):
        await asker.post(own.status_endpoint, enabling_request(stream.stream_id), transmitter.token)
    raise NotAnswered("no_status" if found is None else found.value)


async def verify(asker: Asker, transmitter: Transmitter, state: str) -> None:
    """Ask a stream to repeat a state. Raises NotAnswered."""
    own, stream = transmitter.metadata, transmitter.agreed
    if own is not None and stream is not None:
        question = verification_request(stream.stream_id, state)
        await asker.post(own.verification_endpoint, question, transmitter.token)


async def end_stream(asker: Asker, transmitter: Transmitter) -> bool:
    """End a stream at its transmitter; False where that was not to be had. True for one without a stream."""
    own, stream = transmitter.metadata, transmitter.agreed
    if own is None or stream is None:
        return True
    try:
        await asker.delete(_of_stream(own.configuration_endpoint, stream.stream_id), transmitter.token)
    except NotAnswered as error:
        return error.code == "not_found"
    return True


def _of_stream(endpoint: str, stream: str) -> str:
    return str(URL(endpoint).update_query(stream_id=stream))
