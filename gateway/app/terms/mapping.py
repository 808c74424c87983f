"""What an admin says in a file: of places, or of who acts for a tenant."""

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from gateway.errors import ConfigurationError
from gateway.minimization.places import site_name
from gateway.record import Mandate
from gateway.tenant import Places

Said = TypeVar("Said", bound=msgspec.Struct)


def load_places(path: Path) -> Places:
    """Read a TOML file of ``Places``. Raises ConfigurationError."""
    places = _said(path, Places, "--places")
    return replace(
        places,
        site_refs={site_name(site): ref for site, ref in places.site_refs.items()},
        site_zones={site_name(site): zone for site, zone in places.site_zones.items()},
    )


def load_mandate(path: Path) -> Mandate:
    """Read a TOML file of a ``Mandate``. Raises ConfigurationError."""
    return _said(path, Mandate, "--mandate")


def _said(path: Path, of: type[Said], option: str) -> Said:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=of)
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}). Check the path given with {option}."
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} cannot be used: {error}. Nothing was recorded.") from None
