"""What an operator wrote is checked before anything is opened."""

from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.settings import CloudHosts, load_settings

OPERATOR = """[operator]
name = "Example Operations"
address = "1 Example Street"
contact = "privacy@operator.example"
jurisdiction = "DE"
"""
SETTINGS = f"""
store = "store"
keys = "keys"
region = "eu"
{OPERATOR}[listen]
port = 8080
[providers.microsoft]
client_id = "app"
certificate_file = "microsoft.pem"
[providers.google]
key_file = "google.json"
"""

HEAD = "[providers.microsoft]"


def written(folder: Path, old: str = "", new: str = "") -> Path:
    """A configuration, changed in one place."""
    assert old in SETTINGS
    path = folder / "gateway.toml"
    path.write_text(SETTINGS.replace(old, new) if old else SETTINGS)
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path))
    assert (settings.store, settings.keys) == (str(tmp_path / "store"), str(tmp_path / "keys"))


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("microsoft", "login_url"),
        ("microsoft", "graph_url"),
        ("google", "calendar_url"),
        ("google", "directory_url"),
        ("google", "accounts_url"),
        ("google", "risc_url"),
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        "http://graph.example",
        "graph.example",
        "",
        "https://",
        "https:///v1.0",
        "https://:443",
        "https://graph.example:port",
        "https://graph.example:700000",
        "https://graph.example /",
        "https://[graph.example",
        "https://reader:secret@graph.example",
        "https://graph.example/?secret=1",
        "file:///etc/passwd",
    ],
)
def test_providers_are_asked_over_tls_alone(tmp_path: Path, section: str, name: str, address: str) -> None:
    head = f"[providers.{section}]"
    with pytest.raises(ConfigurationError) as refused:
        load_settings(written(tmp_path, head, f'{head}\n{name} = "{address}"'))
    assert str(refused.value).startswith(f"gateway.toml: providers.{section}.{name} is no address")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["https://graph.microsoft.us", "https://127.0.0.1:4711/graph/", "https://[::1]:4711"]
)
def test_other_hosts_may_be_named(tmp_path: Path, address: str) -> None:
    hosts = f'login_url = "https://login.example"\ngraph_url = "{address}"'
    settings = load_settings(written(tmp_path, HEAD, f"{HEAD}\n{hosts}"))
    assert settings.providers.microsoft is not None
    assert settings.providers.microsoft.hosts == CloudHosts(("https://login.example",), address)


@pytest.mark.parametrize(
    ("cloud", "login", "graph"),
    [
        ("global", "login.microsoftonline.com", "graph.microsoft.com"),
        ("gcc-high", "login.microsoftonline.us", "graph.microsoft.us"),
        ("dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
        ("china", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_a_cloud_is_a_set_of_hosts(tmp_path: Path, cloud: str, login: str, graph: str) -> None:
    settings = load_settings(written(tmp_path, HEAD, f'{HEAD}\ncloud = "{cloud}"'))
    assert settings.providers.microsoft is not None
    hosts = settings.providers.microsoft.hosts
    assert (hosts.login_urls[0], hosts.graph_url) == (f"https://{login}", f"https://{graph}")
    assert hosts.scope == f"https://{graph}/.default"


@pytest.mark.parametrize(
    "hosts",
    [
        'login_url = "https://login.example"',
        'graph_url = "https://graph.example"',
        'cloud = "dod"\ngraph_url = "https://graph.example"\nlogin_url = "https://login.example"',
    ],
)
def test_hosts_of_two_clouds_are_not_mixed(tmp_path: Path, hosts: str) -> None:
    with pytest.raises(ConfigurationError, match="must not reach another"):
        load_settings(written(tmp_path, HEAD, f"{HEAD}\n{hosts}"))


def test_a_cloud_that_is_unknown_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\$\.providers\.microsoft\.cloud"):
        load_settings(written(tmp_path, HEAD, f'{HEAD}\ncloud = "moon"'))


@pytest.mark.parametrize("seconds", [10**10, -(10**10), 10**18])
def test_the_clock_is_moved_by_lifetimes_at_most(tmp_path: Path, seconds: int) -> None:
    path = written(tmp_path, 'region = "eu"', f'region = "eu"\nclock_offset_seconds = {seconds}')
    with pytest.raises(ConfigurationError, match="clock_offset_seconds"):
        load_settings(path)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('region = "eu"', 'region = ""', r"\$\.region"),
        ('store = "store"', 'store = ""', r"\$\.store"),
        ('keys = "keys"', 'keys = ""', r"\$\.keys"),
        ("port = 8080", 'host = ""', r"\$\.listen\.host"),
        (OPERATOR, "", "missing required field `operator`"),
        ('address = "1 Example Street"\n', "", r"missing required field `address` - at `\$\.operator`"),
        ('contact = "privacy@operator.example"', 'contact = " "', r"\$\.operator\.contact"),
        ('jurisdiction = "DE"', 'jurisdiction = "Germany"', r"\$\.operator\.jurisdiction"),
        ('client_id = "app"', 'client_id = ""', r"\$\.providers\.microsoft\.client_id"),
    ],
)
def test_what_has_to_be_said_is_not_empty(tmp_path: Path, old: str, new: str, where: str) -> None:
    with pytest.raises(ConfigurationError, match=where):
        load_settings(written(tmp_path, old, new))


def test_consumers_and_operators_have_ports_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"listen\.metrics_port"):
        load_settings(written(tmp_path, "port = 8080", "port = 9090"))
    load_settings(written(tmp_path, "port = 8080", "port = 0\nmetrics_port = 0"))


TRANSIT = """[key_service.transit]
url = "https://vault.example:8200"
token_file = "token"
"""


def test_a_transit_engine_is_named(tmp_path: Path) -> None:
    transit = load_settings(written(tmp_path, HEAD, f"{TRANSIT}{HEAD}")).key_service.transit
    assert transit is not None
    assert (transit.url, transit.mount) == ("https://vault.example:8200", "transit")
    assert transit.token_file == str(tmp_path / "token")


@pytest.mark.parametrize("setting", ['url = "https://vault.example:8200"', 'token_file = "token"'])
def test_half_a_transit_engine_is_none(tmp_path: Path, setting: str) -> None:
    half = TRANSIT.replace(setting, "")
    with pytest.raises(ConfigurationError, match=setting.partition(" ")[0]):
        load_settings(written(tmp_path, HEAD, f"{half}{HEAD}"))


@pytest.mark.parametrize("mount", ["a/../sys", "/transit", "transit/", "", "a b", "..", "a?b"])
def test_a_mount_leads_nowhere_else(tmp_path: Path, mount: str) -> None:
    with pytest.raises(ConfigurationError, match="mount"):
        load_settings(written(tmp_path, HEAD, f'{TRANSIT}mount = "{mount}"\n{HEAD}'))


@pytest.mark.parametrize("mount", ["transit", "team-1/transit", "gateway.eu"])
def test_a_mount_may_lie_in_a_namespace(tmp_path: Path, mount: str) -> None:
    settings = load_settings(written(tmp_path, HEAD, f'{TRANSIT}mount = "{mount}"\n{HEAD}'))
    assert settings.key_service.transit is not None
    assert settings.key_service.transit.mount == mount


def test_tokens_travel_over_tls_or_stay_on_this_machine(tmp_path: Path) -> None:
    secured = "https://vault.example:8200"
    load_settings(written(tmp_path, HEAD, TRANSIT.replace(secured, "http://127.0.0.1:8200") + HEAD))
    for address in ("http://vault.example:8200", "vault.example", "https://me:secret@vault.example"):
        with pytest.raises(ConfigurationError, match=r"key_service\.transit\.url") as refused:
            load_settings(written(tmp_path, HEAD, TRANSIT.replace(secured, address) + HEAD))
        assert "secret" not in str(refused.value)


AWS = """[key_service.aws]
region = "eu-central-1"
credentials_file = "aws.json"
"""


def test_aws_is_named(tmp_path: Path) -> None:
    aws = load_settings(written(tmp_path, HEAD, f"{AWS}{HEAD}")).key_service.aws
    assert aws is not None
    assert (aws.region, aws.credentials_file) == ("eu-central-1", str(tmp_path / "aws.json"))


@pytest.mark.parametrize("region", ["", "eu", "eu-central-1.example", "EU-CENTRAL-1", "eu-central-1/x"])
def test_only_a_region_makes_a_host_of_aws(tmp_path: Path, region: str) -> None:
    with pytest.raises(ConfigurationError, match="region"):
        load_settings(written(tmp_path, HEAD, AWS.replace("eu-central-1", region) + HEAD))


def test_keys_are_wrapped_by_one_service(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="several services"):
        load_settings(written(tmp_path, HEAD, f"{AWS}{TRANSIT}{HEAD}"))


AZURE = """[key_service.azure]
vault_url = "https://made-up.vault.azure.net/"
directory = "directory-1"
client_id = "app-1"
certificate_file = "azure.pem"
"""


@pytest.mark.parametrize(
    ("domain", "login"),
    [
        ("azure.net", "login.microsoftonline.com"),
        ("usgovcloudapi.net", "login.microsoftonline.us"),
        ("azure.cn", "login.partner.microsoftonline.cn"),
    ],
)
def test_a_vault_says_where_its_tokens_are_had(tmp_path: Path, domain: str, login: str) -> None:
    section = AZURE.replace("azure.net", domain)
    azure = load_settings(written(tmp_path, HEAD, f"{section}{HEAD}")).key_service.azure
    assert azure is not None
    assert (azure.login_url, azure.scope) == (f"https://{login}", f"https://vault.{domain}/.default")
    assert azure.certificate_file == str(tmp_path / "azure.pem")


PKCS11 = """[key_service.pkcs11]
module = "/usr/lib/softhsm/libsofthsm2.so"
token_label = "gateway"
pin_file = "pin"
"""


def test_a_token_is_named(tmp_path: Path) -> None:
    pkcs11 = load_settings(written(tmp_path, HEAD, f"{PKCS11}{HEAD}")).key_service.pkcs11
    assert pkcs11 is not None
    assert (pkcs11.module, pkcs11.token_label) == ("/usr/lib/softhsm/libsofthsm2.so", "gateway")
    assert pkcs11.pin_file == str(tmp_path / "pin")


@pytest.mark.parametrize("name", ["module", "token_label", "pin_file"])
def test_half_a_token_is_none(tmp_path: Path, name: str) -> None:
    half = "\n".join(line for line in PKCS11.splitlines() if not line.startswith(name))
    with pytest.raises(ConfigurationError, match=name):
        load_settings(written(tmp_path, HEAD, f"{half}\n{HEAD}"))


@pytest.mark.parametrize(
    "url", ["http://made-up.vault.azure.net", "https://vault.example", "https://x.vault.azure.net.example"]
)
def test_only_a_vault_gets_tokens_for_vaults(tmp_path: Path, url: str) -> None:
    section = AZURE.replace("https://made-up.vault.azure.net/", url)
    with pytest.raises(ConfigurationError, match="vault_url"):
        load_settings(written(tmp_path, HEAD, f"{section}{HEAD}"))


AT_A_SERVER = 'store = "postgresql://gateway@{}"'


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1/gateway", "localhost:5433/gateway", "[::1]/gateway", "/gateway?host=/run/postgresql"],
)
def test_a_server_on_this_machine_needs_no_certificate(tmp_path: Path, place: str) -> None:
    settings = load_settings(written(tmp_path, 'store = "store"', AT_A_SERVER.format(place)))
    assert settings.store == f"postgresql://gateway@{place}"


def test_a_server_elsewhere_has_to_be_vouched_for(tmp_path: Path) -> None:
    at = AT_A_SERVER.format("db.example/gateway")
    with pytest.raises(ConfigurationError, match="certificate authorities"):
        load_settings(written(tmp_path, 'store = "store"', at))
    vouched = '[postgresql]\nca_file = "ca.pem"\npassword_file = "password"\n' + HEAD
    path = written(tmp_path, HEAD, vouched)
    path.write_text(path.read_text().replace('store = "store"', at))
    settings = load_settings(path)
    assert settings.postgresql.ca_file == str(tmp_path / "ca.pem")
    assert settings.postgresql.password_file == str(tmp_path / "password")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://gateway:secret@127.0.0.1/gateway",
        "postgresql://127.0.0.1/gateway",
        "postgresql://gateway@127.0.0.1/",
        "postgresql://gateway@127.0.0.1/gateway?sslmode=disable",
        "postgresql://gateway@127.0.0.1/gateway?host=/run",
        "postgresql://gateway@/gateway",
        "postgresql:gateway",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="store is no address") as raised:
        load_settings(written(tmp_path, 'store = "store"', f'store = "{address}"'))
    assert "secret" not in str(raised.value)


def hooked(folder: Path, url: str) -> Path:
    path = written(folder)
    path.write_text(f'{path.read_text()}[escalation]\nurl = "{url}"\nsecret_file = "hook"\n')
    return path


@pytest.mark.parametrize(
    "url", ["https://ops.example/h?team=1", "http://127.0.0.1:9/h", "https://[2606::1]/"]
)
def test_an_operator_is_told_over_tls_or_on_this_machine(tmp_path: Path, url: str) -> None:
    told = load_settings(hooked(tmp_path, url)).escalation
    assert told is not None
    assert (told.url, told.secret_file) == (url, str(tmp_path / "hook"))


@pytest.mark.parametrize(
    "url",
    [
        "http://ops.example/",
        "https://me@ops.example/",
        "http://localhost.ops.example/",
        "http://127.0.0.1@ops.example/",
        "ftp://ops.example/",
        "https://",
        "https://ops.example/#h",
    ],
)
def test_what_is_no_address_of_an_operator_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"escalation\.url"):
        load_settings(hooked(tmp_path, url))


def copies(first: str, second: str) -> str:
    return f'[evidence_copies]\nfolders = ["{first}", "{second}"]\npublic_key_file = "public.pem"\n{HEAD}'


def test_evidence_keys_are_copied_to_two_folders(tmp_path: Path) -> None:
    found = load_settings(written(tmp_path, HEAD, copies("one", "/two"))).evidence_copies
    assert found is not None
    assert found.folders == (str(tmp_path / "one"), "/two")
    assert found.public_key_file == str(tmp_path / "public.pem")
    assert load_settings(written(tmp_path, HEAD, HEAD)).evidence_copies is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("one", "one"),
        ("one", "one/two"),
        ("keys/one", "two"),
        ("one", "keys"),
        ("store/one", "two"),
        ("one", "."),
    ],
)
def test_folders_for_copies_lie_apart_from_each_other_from_keys_and_from_data(
    tmp_path: Path, first: str, second: str
) -> None:
    with pytest.raises(ConfigurationError, match="lie on two volumes"):
        load_settings(written(tmp_path, HEAD, copies(first, second)))


@pytest.mark.parametrize("networks", ['["proxy"]', '["10.0.0.5/8"]', '["0.0.0.0/0"]', '[""]', '["::/0"]'])
def test_who_tells_of_certificates_is_named(tmp_path: Path, networks: str) -> None:
    with pytest.raises(ConfigurationError, match=r"listen\.certificates_from"):
        load_settings(written(tmp_path, "port = 8080", f"port = 0\ncertificates_from = {networks}"))
    told = 'certificates_from = ["10.0.0.5", "2001:db8::/64"]'
    assert (
        len(load_settings(written(tmp_path, "port = 8080", f"port = 0\n{told}")).listen.certificate_proxies)
        == 2
    )


@pytest.mark.parametrize("lacking", ["client_file", "public_url"])
def test_google_tells_of_accounts_where_it_can_and_of_a_client(tmp_path: Path, lacking: str) -> None:
    head, ours = "[providers.google]", {"risc_key_file": "risc.json", "client_file": "client.json"}
    given = "\n".join(f'{name} = "{value}"' for name, value in ours.items() if name != lacking)
    path = written(tmp_path, head, f"{head}\n{given}")
    if lacking != "public_url":
        text = path.read_text().replace("port = 8080", 'port = 8080\npublic_url = "https://gateway.example"')
        path.write_text(text)
    with pytest.raises(ConfigurationError, match="risc_key_file lets Google tell") as refused:
        load_settings(path)
    assert "client_file" in str(refused.value)


def test_the_key_for_that_is_a_file_beside_the_others(tmp_path: Path) -> None:
    head = "[providers.google]"
    path = written(tmp_path, head, f'{head}\nrisc_key_file = "risc.json"\nclient_file = "client.json"')
    path.write_text(path.read_text().replace("port = 8080", 'public_url = "https://gateway.example"'))
    google = load_settings(path).providers.google
    assert google is not None
    assert google.risc_key_file == str(tmp_path / "risc.json")
    assert (google.accounts_url, google.risc_url) == (
        "https://accounts.google.com/",
        "https://risc.googleapis.com/",
    )
