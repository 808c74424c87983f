"""Where everything of a tenant is, as its admin is told; and nothing of another region is opened."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.accountability.locations import locations
from gateway.app.consumers.overview import add_consumer, list_consumers, revoke_consumer
from gateway.app.copies.restoring import forget, take
from gateway.app.parts import open_parts
from gateway.app.tenants import withdraw_tenant
from gateway.errors import ConfigurationError
from gateway.key_settings import AwsSettings, AzureSettings, KeyServices, Pkcs11Settings, TransitSettings
from gateway.residency import Residence, TransferGround
from tests.fakes.installation import SETTINGS, Installation, open_installation
from tests.fakes.provider import FakeProvider
from tests.fakes.site import open_site

ABROAD = Residence("us-east", TransferGround.STANDARD_CLAUSES, "contract 7, annex II")
FILE = "a file"
SERVICES = {
    "the transit engine at https://keys.example": KeyServices(
        transit=TransitSettings(url="https://keys.example", token_file=FILE)
    ),
    "AWS KMS in eu-central-1": KeyServices(aws=AwsSettings(region="eu-central-1", credentials_file="aws")),
    "the key vault https://ours.vault.azure.net": KeyServices(
        azure=AzureSettings(
            vault_url="https://ours.vault.azure.net", directory="d", client_id="c", certificate_file="pem"
        )
    ),
    "the token gateway": KeyServices(pkcs11=Pkcs11Settings("module.so", "gateway", "pin")),
}


async def test_store_keys_copies_and_recipients_are_named(installation: Installation, tmp_path: Path) -> None:
    site, parts = await open_site(installation), installation.parts
    found = await locations(parts, site.tenant)
    assert (found["store"], found["keys"]) == (parts.settings.store, parts.settings.keys)
    assert found["copies of the store"] == "none registered"
    backup = await take(parts, tmp_path / "copy.db")
    await add_consumer(parts, "backend", [site.tenant], purpose="occupancy")
    await add_consumer(parts, "screens", [site.tenant], purpose="occupancy", residence=ABROAD)
    found = await locations(parts, site.tenant)
    assert found["copies of the store"] == "1 registered, the last of 2026-03-02; they lie where you put them"
    assert found["received by backend"] == "in region eu"
    assert found["received by screens"] == (
        "in region us-east: standard data protection clauses (Art. 46(2)(c) GDPR), contract 7, annex II"
    )
    await revoke_consumer(parts, "screens")
    await forget(parts, backup)
    found = await locations(parts, site.tenant)
    assert "received by screens" not in found
    assert found["copies of the store"] == "none registered"


@pytest.mark.parametrize("wrapped_by", SERVICES)
async def test_what_wraps_the_keys_is_named(installation: Installation, wrapped_by: str) -> None:
    site, parts = await open_site(installation), installation.parts
    settings = replace(parts.settings, key_service=SERVICES[wrapped_by])
    object.__setattr__(parts, "settings", settings)
    assert (await locations(parts, site.tenant))["keys"] == f"{settings.keys}, wrapped by {wrapped_by}"


@pytest.mark.parametrize(
    ("residence", "problem"),
    [
        (Residence("us-east"), "without a recorded ground"),
        (Residence("us-east", TransferGround.ADEQUACY), "without a recorded ground"),
        (Residence("us-east", TransferGround.ADEQUACY, " "), "without a recorded ground"),
        (Residence("us-east", None, "contract 7"), "without a recorded ground"),
        (Residence("eu", TransferGround.ADEQUACY, "contract 7"), "leave the ground out"),
        (Residence("eu", None, "contract 7"), "leave the ground out"),
        (Residence(" "), "needs a name"),
    ],
)
async def test_who_is_elsewhere_receives_nothing_without_a_ground(
    installation: Installation, residence: Residence, problem: str
) -> None:
    site, parts = await open_site(installation), installation.parts
    with pytest.raises(ConfigurationError, match=problem):
        await add_consumer(parts, "screens", [site.tenant], purpose="occupancy", residence=residence)
    assert await list_consumers(parts) == []


def test_every_ground_has_its_words() -> None:
    words = [ground.in_words for ground in TransferGround]
    assert len({*words}) == len(words)


async def test_a_process_of_another_region_opens_nothing(tmp_path: Path) -> None:
    async with open_installation(tmp_path) as installation:
        tenant = await installation.onboard(FakeProvider())
    own = replace(SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"))
    with pytest.raises(ConfigurationError, match="pinned to eu, and this process serves us"):
        async with open_parts(replace(own, region="us")):
            pass
    async with open_parts(own) as parts:
        await withdraw_tenant(parts, tenant)
    # What proves its end is bound to its region as well.
    with pytest.raises(ConfigurationError, match="pinned to eu"):
        async with open_parts(replace(own, region="us")):
            pass
