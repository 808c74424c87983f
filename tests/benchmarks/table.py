"""The one table: what was measured, beside what it is meant to be."""

from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass
class Report:
    """Rows in the order they were measured."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    _title: str = "Speed and size: process CPU of one run, medians of interleaved rounds"

    def section(self, title: str) -> None:
        self.rows.append((f"[bold]{title}", "", ""))

    def add(self, what: str, measured: str, aim: str = "") -> None:
        self.rows.append((f"  {what}", measured, aim))

    def print(self, console: Console) -> None:
        table = Table(title=self._title, box=box.SIMPLE_HEAD)
        table.add_column("what")
        table.add_column("measured", justify="right")
        table.add_column("aim", justify="right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)
