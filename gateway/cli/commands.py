"""All commands. Each is imported when it is called, so that ``--help`` does not load the whole house."""

import os
import sys
from importlib.metadata import version

from cyclopts import App, Parameter

from gateway.errors import GatewayError
from gateway.logs import configure_logs

USAGE_ERROR = 2

_COMMANDS = {
    "demo": ("gateway.cli.demo:demo", "Show the main job on made-up companies, without any account."),
    "sandbox": ("gateway.cli.sandbox:sandbox", "Run the stand-in providers alone, to try things against."),
    "serve": ("gateway.cli.serve:serve", "Read calendars and serve the feed until told to stop."),
    "sync": ("gateway.cli.serve:sync", "Read what is due now, once."),
    "status": (
        "gateway.cli.status:status",
        "Show what is read, how current it is, and what waits for people.",
    ),
    "check-config": (
        "gateway.cli.status:check_config",
        "Say whether the configuration can be used; makes store and keys where there are none.",
    ),
    "doctor": (
        "gateway.cli.doctor:doctor",
        "Ask a tenant's provider whether its grant allows what it should, and no more.",
    ),
    "crossing": (
        "gateway.cli.crossing:crossing",
        "Read the fullest calendar of a tenant's, and count what crossed the wire. Keeps and shows no event.",
    ),
    "receipt": (
        "gateway.cli.receipt:receipt",
        "Show in numbers what was asked for, seen, kept and withheld of a tenant's events, field by field.",
    ),
    "notice": (
        "gateway.cli.notice:notice",
        "Write the notice for employees and visitors (Art. 13, 14 GDPR) from what is in force.",
    ),
    "certificate": (
        "gateway.cli.proof:certificate",
        "Print the certificate of a withdrawal, with the proof that it stands in the transparency log.",
    ),
    "verify": ("gateway.cli.proof:verify", "Say whether a certificate holds, and what it says."),
    "records": (
        "gateway.cli.records:records",
        "Write the records of processing activities (Art. 30 GDPR) from what is in force.",
    ),
    "feed": ("gateway.cli.feed:feed", "Read the feed as a consumer does, one entry a line."),
    "preview": (
        "gateway.cli.preview:preview",
        "Show what FlexO would get of events in a file. Writes nothing.",
    ),
}
_TENANT = {
    "add": ("gateway.cli.onboarding:add", "Record an employer's authorization."),
    "list": ("gateway.cli.tenant:list_", "List all tenants, erased ones included."),
    "preview": (
        "gateway.cli.trial:preview",
        "Read a trial's calendars, and show what FlexO would be told of them. Stores no event.",
    ),
    "activate": ("gateway.cli.trial:activate", "Make an authorization of a trial."),
    "show": ("gateway.cli.tenant:show", "Show one tenant: state, rules, withdrawals, acknowledgements."),
    "policy": ("gateway.cli.tenant:policy", "Let a tenant live by another policy."),
    "statistics": (
        "gateway.cli.statistics:statistics",
        "Count how a tenant's places are used, and tell it in numbers of whole months.",
    ),
    "usage": (
        "gateway.cli.statistics:usage",
        "Print how a tenant's places were used in a month, as consumers can read it.",
    ),
    "places": ("gateway.cli.tenant:places", "Say anew of a tenant's places what no directory does."),
    "renew": ("gateway.cli.tenant:renew", "Move until when an authorization is given."),
    "rotate": ("gateway.cli.tenant:rotate", "Renew what wraps a tenant's data keys, while everything runs."),
    "webhook": (
        "gateway.cli.employer:webhook",
        "Tell an employer at its own address what was suspended or erased.",
    ),
    "record": (
        "gateway.cli.record:of_tenant",
        "Show what was recorded of a tenant's authorization, and what changed since.",
    ),
    "history": ("gateway.cli.tenant:history", "Show what became of an authorization, kept as evidence."),
    "export": ("gateway.cli.tenant:export", "Write all that is kept of a tenant, with why and until when."),
    "resume": ("gateway.cli.tenant:resume", "Re-open a suspended tenant, once its grant is confirmed."),
    "reconnect": (
        "gateway.cli.credentials:reconnect",
        "Read a tenant again whose credentials were withdrawn.",
    ),
    "accept": ("gateway.cli.change:accept", "Accept a change that was announced to a tenant."),
    "object": ("gateway.cli.change:object_", "Object to a change: it never applies to the tenant."),
    "withdraw": (
        "gateway.cli.tenant:withdraw",
        "End an authorization and destroy everything that hangs on it. This cannot be undone.",
    ),
}
_CHANGE = {
    "announce": (
        "gateway.cli.change:announce",
        "Announce a change to tenants before it takes effect (Art. 28(2) GDPR).",
    ),
    "list": ("gateway.cli.change:list_", "List what was announced to tenants, and what they said to it."),
}
_LINK = {
    "invite": ("gateway.cli.link:invite", "Make an invitation for one person; prints its address once."),
    "list": ("gateway.cli.link:list_", "List a tenant's links by id; who they are is not shown."),
    "record": (
        "gateway.cli.record:of_link",
        "Show what was recorded of a link, and what changed since; nobody's name.",
    ),
    "withdraw": (
        "gateway.cli.link:withdraw",
        "End one person's link and destroy what was read by it. This cannot be undone.",
    ),
}
_SUBJECT = {
    "enrol": (
        "gateway.cli.subject:enrol",
        "Recognize a user of FlexO who asked for it, under a key of their own.",
    ),
    "list": ("gateway.cli.subject:list_", "List who is enrolled by our ids; who they are is not shown."),
    "resume": ("gateway.cli.subject:resume", "Recognize somebody again whom a signal has suspended."),
    "export": ("gateway.cli.subject:export", "Write what is kept of somebody, with why and until when."),
    "withdraw": (
        "gateway.cli.subject:withdraw",
        "Tell nothing more of the people of somebody's events, enrolled or not; destroys their key.",
    ),
}
_HOLD = {
    "place": ("gateway.cli.hold:place", "Keep bookings that are stored now, whatever is withdrawn later."),
    "list": ("gateway.cli.hold:list_", "List legal holds, those by order excepted: such may exist."),
    "show": ("gateway.cli.hold:show", "Show what a hold keeps, and what became of it; none by order."),
    "review": ("gateway.cli.hold:review", "Say that a hold is still needed, and until when."),
    "lift": ("gateway.cli.hold_proposals:lift", "Propose to end a hold and destroy what it keeps."),
    "disclose": ("gateway.cli.hold_proposals:disclose", "Propose to write out what an order asks for."),
    "look": ("gateway.cli.hold_proposals:look", "Propose to be shown the holds by order."),
    "officers": ("gateway.cli.hold_proposals:officers", "Name the officers, or propose others."),
    "key": ("gateway.cli.officer:key", "Make an officer's key, on a machine of their own."),
    "sign": ("gateway.cli.officer:sign", "Show what a proposal says, and sign it as an officer."),
    "confirm": ("gateway.cli.hold_proposals:confirm", "Do what enough officers have signed."),
}
_REQUEST = {
    "open": (
        "gateway.cli.request:open_",
        "Record what somebody asks about their data, and restrict at once where that is asked for.",
    ),
    "list": ("gateway.cli.request:list_", "List what people asked, and until when they are to be answered."),
    "show": ("gateway.cli.request:show", "Show what became of a request, and why."),
    "extend": (
        "gateway.cli.request:extend",
        "Let a request be answered two months later, once, for a reason.",
    ),
    "refuse": (
        "gateway.cli.request:refuse",
        "Refuse a request for a ground: what it restricted is told again.",
    ),
    "carry-out": (
        "gateway.cli.request:carry_out",
        "Do what was asked: hand out, read anew, go on restricting, or withdraw.",
    ),
    "close": ("gateway.cli.request:close", "End what the person took back, or a restriction."),
}
_LOG = {
    "key": ("gateway.cli.proof:log_key", "Print what verifies the transparency log."),
    "checkpoint": ("gateway.cli.proof:checkpoint", "Print the newest signed head of the transparency log."),
    "consistency": (
        "gateway.cli.proof:consistency",
        "Print the newest checkpoint, and the proof that it extends an older one.",
    ),
    "cosign": ("gateway.cli.proof:cosign", "Keep what witnesses have signed of a checkpoint."),
}
_BACKUP = {
    "take": ("gateway.cli.backup:take", "Copy the store into a file, also while it is in use; no keys."),
    "list": ("gateway.cli.backup:list_", "List the copies that were registered, and when each was tried."),
    "forget": ("gateway.cli.backup:forget", "Say that a copy was destroyed: it cannot be put back any more."),
    "drill": ("gateway.cli.backup:drill", "Try a copy: nothing that was withdrawn opens, and all else does."),
    "restore": ("gateway.cli.backup:restore", "Put a copy in place, and withdraw again what was withdrawn."),
}
_KEYS = {
    "backup": ("gateway.cli.keys:backup", "Copy evidence keys, and no others, to both folders."),
    "drill": (
        "gateway.cli.keys:drill",
        "Open every copy in both folders, and compare it with the key in use.",
    ),
    "restore": ("gateway.cli.keys:restore", "Put evidence keys back where the key directory is lost."),
}
_CONSUMER = {
    "add": ("gateway.cli.consumer:add", "Let a consumer read some tenants; prints its token once."),
    "list": ("gateway.cli.consumer:list_", "List all consumers."),
    "change": ("gateway.cli.consumer:change", "Let a consumer read other tenants; its token stays."),
    "bind": ("gateway.cli.consumer:bind", "Bind a consumer to another client certificate."),
    "rotate": ("gateway.cli.consumer:rotate", "Give a consumer another token, beside its own for a while."),
    "revoke": ("gateway.cli.consumer:revoke", "Stop a consumer's tokens at once."),
}
_SIGNALS = {
    "add": (
        "gateway.cli.signals:add",
        "Believe what an identity provider tells; prints once what it has to be told.",
    ),
    "list": ("gateway.cli.signals:list_", "List who tells of a tenant's people, and what each signal did."),
    "test": ("gateway.cli.signals:ask", "Ask a tenant's streams to say that they work, and wait for it."),
    "remove": ("gateway.cli.signals:remove", "Believe an identity provider no more."),
}
_WEBHOOK = {
    "add": (
        "gateway.cli.webhook:add",
        "Tell a consumer of its feed at an address; prints once what verifies it.",
    ),
    "list": ("gateway.cli.webhook:list_", "List all webhooks, and what they have yet to take."),
    "rotate": ("gateway.cli.webhook:rotate", "Sign a webhook with another key, beside its own for a while."),
    "pause": ("gateway.cli.webhook:pause", "Send nothing more to a webhook until it is resumed."),
    "resume": ("gateway.cli.webhook:resume", "Go on with a webhook where it was left."),
    "replay": ("gateway.cli.webhook:replay", "Tell a webhook anew what was given up, as it is by now."),
    "remove": ("gateway.cli.webhook:remove", "Tell a consumer nothing more at its webhook."),
}


def command_line() -> App:
    """The whole command line."""
    root = App(
        name="gateway",
        help="Reads employers' calendars, takes the people out, and serves what is left as a feed.",
        version=lambda: version("calendar-pii-gateway"),
        # No --no-this and --empty-that: what is not wanted is left out.
        default_parameter=Parameter(negative=()),
    )
    tenants = App(name="tenant", help="Employers that have authorized us.")
    changes = App(name="change", help="What is to change, announced to tenants in time to object.")
    links = App(name="link", help="People who connect calendars of their own.")
    subjects = App(name="subject", help="People who asked FlexO to be recognized, or who object.")
    requests = App(name="request", help="What people ask about their own data, and until when.")
    consumers = App(name="consumer", help="Recipients of the feed.")
    webhooks = App(name="webhook", help="Where consumers are told of their feed, instead of asking.")
    signals = App(name="signals", help="Identity providers that tell when an authorization is over.")
    backups = App(name="backup", help="Copies of the store, which hold no keys.")
    keys = App(name="keys", help="Copies of evidence keys, in two folders; no other key has any.")
    logs = App(name="log", help="The transparency log that proves withdrawals.")
    holds = App(name="hold", help="Legal holds, which outlast a withdrawal, and who confirms what ends one.")
    groups = (
        (root, _COMMANDS),
        (tenants, _TENANT),
        (changes, _CHANGE),
        (links, _LINK),
        (subjects, _SUBJECT),
        (requests, _REQUEST),
        (consumers, _CONSUMER),
        (webhooks, _WEBHOOK),
        (signals, _SIGNALS),
        (holds, _HOLD),
        (backups, _BACKUP),
        (keys, _KEYS),
        (logs, _LOG),
    )
    for app, commands in groups:
        for name, (path, text) in commands.items():
            app.command(path, name=name, help=text)
        if app is not root:
            root.command(app)
    return root


def run(arguments: list[str] | None = None) -> int:
    """Run one command, as a process of its own; returns its exit code."""
    configure_logs()
    return exit_code(arguments)


def exit_code(arguments: list[str] | None = None) -> int:
    """Run one command; an error that people can act on is a sentence and exit code 2."""
    try:
        code = command_line()(arguments, result_action="return_value")
        sys.stdout.flush()
    except BrokenPipeError:
        return _end_quietly()
    except GatewayError as error:
        return _complain(error)
    except ExceptionGroup as group:
        # Tasks that ran side by side: where all that went wrong is for people, the first is told.
        told, rest = group.split(GatewayError)
        if told is None or rest is not None:
            raise
        return _complain(told.exceptions[0])
    return code if isinstance(code, int) else 0


def _end_quietly() -> int:
    """Whoever read our output has had enough, as ``head`` has after some lines: that is no failure."""
    # What is left in the buffer has to go somewhere when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _complain(error: BaseException) -> int:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    print(error, file=sys.stderr)  # noqa: T201  the sentence is the whole output
    return USAGE_ERROR
