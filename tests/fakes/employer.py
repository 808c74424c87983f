"""An employer that is told at a webhook of its own, and takes what it is told, or does not."""

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.store.messages import WEBHOOK, Message, set_webhook
from gateway.webhook import Signature, SigningKey, Webhook
from gateway.withdrawal.informing import Informing
from gateway.withdrawal.outbox import NotTold
from tests.fakes.installation import Installation
from tests.fakes.site import Site

SECRET = bytes(range(32))
#: Where it is told.
HOOK = Webhook("https://employer.example/hook", (SigningKey(Signature.HMAC, SECRET),))


@dataclass
class Employer:
    """Whoever is told at one site."""

    site: Site
    takes: bool = True
    told: list[Message] = field(default_factory=list)

    @property
    def here(self) -> Installation:
        return self.site.installation

    async def __call__(self, message: Message) -> None:
        self.told.append(message)
        if not self.takes:
            raise NotTold("not now")

    def process(self) -> Informing:
        """As one process would tell."""
        parts = self.here.parts
        return Informing(parts.store, parts.keyring, parts.clock, tell=self, owner="informing")

    async def visit(self, after: timedelta = timedelta(0)) -> list[tuple[str, str]]:
        """Let time pass, and whatever serves tell: what, and of whom."""
        before = len(self.told)
        self.here.clock.move(after)
        await self.process().visit()
        return [(message.what.value, message.about) for message in self.told[before:]]


async def name(site: Site) -> Employer:
    """Let an employer be told from now on."""
    here, tenant = site.installation, site.tenant
    column = await here.parts.keyring.evidence(tenant, *WEBHOOK)
    await here.store.administer(lambda rows: set_webhook(rows.handle, tenant, HOOK, column, now=rows.now))
    return Employer(site)
