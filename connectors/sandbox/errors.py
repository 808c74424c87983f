"""What can be wrong with a world: sentences that name a file, a key and a reason, never contents."""


class SandboxError(Exception):
    """Something that whoever runs the stand-ins can put right."""


class WorldError(SandboxError):
    """A world cannot be built from what was given. Nothing was started."""


class UnknownEvent(SandboxError):
    """No event of that id is in that calendar."""


class UnknownAccount(SandboxError):
    """Nobody has, or had, such an account; or somebody has it already."""
