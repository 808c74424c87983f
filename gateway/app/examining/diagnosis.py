"""What an examination found: one answer a check, and where it is not yes, what to change and where. Pure."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum
from re import compile as pattern

import msgspec

from connectors.errors import (
    ConnectorError,
    CredentialRefused,
    CursorExpired,
    Malformed,
    Throttled,
    Unreachable,
)
from connectors.grant_form import Check, GrantForm, Step

#: Clocks that differ by less are told nothing of; by more than the second, tokens are refused.
SKEW_TOLD = timedelta(minutes=1)
SKEW_MAX = timedelta(minutes=5)

_NAME = pattern(r"[A-Za-z0-9./:_-]{1,120}")
_NAMES_MAX = 8
_OURS = "gateway.toml, [providers]"


class Answer(StrEnum):
    """*Not yet* comes by itself; *not checked* says nothing, and spoils nothing."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"
    NOT_CHECKED = "not checked"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One check's answer. ``usually`` is how long a provider takes until a change shows."""

    check: Check
    answer: Answer
    fact: str
    change: str | None = None
    where: str | None = None
    usually: str | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found of one tenant's grant."""

    tenant: str
    grant: str
    warnings: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether all that was checked holds."""
        return {finding.answer for finding in self.findings} <= {Answer.YES, Answer.NOT_CHECKED}

    @property
    def may_pass(self) -> bool:
        """Whether nothing but time is lacking."""
        answers = {finding.answer for finding in self.findings}
        return Answer.NOT_YET in answers and Answer.NO not in answers


class Verdicts(msgspec.Struct, frozen=True):
    """Words findings under one form of grant, ``elapsed`` after the grant was last known to change."""

    form: GrantForm
    elapsed: timedelta

    def yes(self, check: Check, fact: str) -> Finding:
        return Finding(check=check, answer=Answer.YES, fact=fact)

    def unchecked(self, check: Check, fact: str) -> Finding:
        return Finding(check=check, answer=Answer.NOT_CHECKED, fact=fact)

    def lacking(self, check: Check, fact: str) -> Finding:
        """*Not yet* for as long as the provider may take to act on the customer's step, then *no*."""
        step = self.form.step(check)
        if step is None:
            return self.ours(check, fact, "Look at the account that the credential belongs to.")
        answer = Answer.NOT_YET if self.elapsed < step.lag else Answer.NO
        return _by_step(check, answer, fact, step.what, step)

    def excess(self, check: Check, fact: str, change: str) -> Finding:
        """More is open than should be: nothing that time puts right."""
        step = self.form.step(check)
        if step is not None:
            return _by_step(check, Answer.NO, fact, change, step)
        return Finding(
            check=check, answer=Answer.NO, fact=fact, change=change, where="gateway tenant add --grant"
        )

    def ours(self, check: Check, fact: str, change: str, where: str = _OURS) -> Finding:
        """Nothing that the customer could change."""
        return Finding(check=check, answer=Answer.NO, fact=fact, change=change, where=where)

    def failed(self, check: Check, what: str, error: ConnectorError) -> Finding:
        """``what`` could not be had."""
        if isinstance(error, Unreachable | Throttled):
            return Finding(
                check=check,
                answer=Answer.NOT_YET,
                fact=f"The provider gave no usable answer to {what} ({error.code}).",
                change="Ask again; if it stays so, look at the network and at the addresses.",
                where=_OURS,
                usually="some minutes",
            )
        if isinstance(error, CredentialRefused):
            fact = f"The provider refuses our own credential ({error.code})."
            return self.ours(check, fact, "Put the credential there that the provider knows; set the clock.")
        if isinstance(error, Malformed | CursorExpired):
            fact = f"The answer to {what} could not be understood ({error.code})."
            return self.ours(check, fact, "Look at the addresses of the provider.")
        return self.lacking(check, f"The provider refuses {what} ({error.code}).")

    def permissions(self, held: AbstractSet[str] | None) -> Finding:
        """Whether a token is good for what the form asks, and for no more: grants add up."""
        if held is None:
            fact = "The token does not tell what it is good for, so nobody knows whether it is too much."
            return self.excess(Check.PERMISSIONS, fact, "Look by hand which permissions stand there.")
        if surplus := held - self.form.permissions:
            fact = f"More than needed: {_named(surplus)}."
            return self.excess(Check.PERMISSIONS, fact, "Remove what is more than needed: grants add up.")
        if missing := self.form.permissions - held:
            return self.lacking(Check.PERMISSIONS, f"Missing: {_named(missing)}.")
        return self.yes(Check.PERMISSIONS, f"Exactly what is needed: {_named(held)}.")

    def clock(self, theirs: datetime | None, ours: datetime) -> Finding:
        if theirs is None:
            return self.unchecked(Check.CLOCK, "The provider does not tell its time.")
        skew = abs(theirs - ours)
        if skew <= SKEW_TOLD:
            return self.yes(Check.CLOCK, "Our clock and the provider's agree within a minute.")
        fact = f"Our clock and the provider's differ by {_printed(skew)}."
        if skew > SKEW_MAX:
            return self.ours(
                Check.CLOCK, fact, "Set this machine's clock: tokens are refused.", "this machine"
            )
        return self.yes(Check.CLOCK, f"{fact} Set this machine's clock before tokens are refused.")


def _by_step(check: Check, answer: Answer, fact: str, change: str, step: Step) -> Finding:
    usually = f"up to {_printed(step.lag)}"
    return Finding(check=check, answer=answer, fact=fact, change=change, where=step.where, usually=usually)


def _named(permissions: AbstractSet[str]) -> str:
    """Names of permissions. Whatever else a provider's list may hold is counted only."""
    names = sorted(name for name in permissions if _NAME.fullmatch(name))[:_NAMES_MAX]
    rest = len(permissions) - len(names)
    return ", ".join([*names, f"{rest:,} more"] if rest else names)


def _printed(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 2 * 60 else f"{round(minutes / 60):,} h"
