"""Everything about the stand-ins that is made of keys."""

from datetime import datetime

from connectors.sandbox.authority import Authority
from connectors.sandbox.credentials import ClientCertificate, ServiceAccount, WebClient
from connectors.sandbox.id_tokens import IdTokens


class Identity:
    """Who the server is, and which client it knows. Made in memory; several sandboxes may share one."""

    def __init__(self, now: datetime) -> None:
        self.authority = Authority(now)
        self.certificate = ClientCertificate(now)
        self.account = ServiceAccount()
        self.web_client = WebClient()
        self.id_tokens = IdTokens()
