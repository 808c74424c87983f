"""What an admin says of places, read from a file."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from gateway.errors import ConfigurationError
from gateway.minimization.places import site_name
from gateway.tenant import Places


def load_places(path: Path) -> Places:
    """Read a TOML file of ``Places``."""
    try:
        places = msgspec.toml.decode(path.read_bytes(), type=Places)
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}). Check the path given with --places."
        ) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} cannot be used: {error}. Nothing was recorded.") from None
    return replace(
        places,
        site_refs={site_name(site): ref for site, ref in places.site_refs.items()},
        site_zones={site_name(site): zone for site, zone in places.site_zones.items()},
    )
