from dataclasses import dataclass, field

import pytest

from connectors.errors import ConnectorError, CredentialRefused, Unreachable
from gateway.app.keys.azure_grant import AzureGrant
from gateway.errors import KeyUnavailable


@dataclass
class Tokens:
    """Gives a token, or says why not."""

    trouble: ConnectorError | None = None
    forgotten: list[str] = field(default_factory=list)

    async def token(self) -> str:
        if self.trouble is not None:
            raise self.trouble
        return "token-1"

    def forget(self, token: str) -> None:
        self.forgotten.append(token)


async def test_a_token_is_passed_on_and_forgotten() -> None:
    tokens = Tokens()
    grant = AzureGrant(tokens)
    assert await grant.token() == "token-1"
    grant.forget("token-1")
    assert tokens.forgotten == ["token-1"]


@pytest.mark.parametrize(
    "trouble", [CredentialRefused("entra_credential_refused"), Unreachable("entra_timeout")]
)
async def test_without_a_token_there_are_no_keys(trouble: ConnectorError) -> None:
    with pytest.raises(KeyUnavailable, match=trouble.code):
        await AzureGrant(Tokens(trouble)).token()
