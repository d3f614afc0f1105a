"""``lamplighter doctor``: tries out broker, disk, store, model and clock of this node.

Exit codes: 0 nothing failed, 1 something failed (with ``--strict``: or is to be warned of), 2 wrong
usage, 78 wrong configuration.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.doctor.examination import examine
from lamplighter.doctor.finding import Finding
from lamplighter.doctor.rounds import rounds
from lamplighter.doctor.session import DEFAULT_MESSAGES

_SIGNS = {"ok": "ok", "unknown": "?", "warning": "WARN", "failed": "FAIL"}
_COLOURS = {"ok": "green", "unknown": "cyan", "warning": "yellow", "failed": "red"}
_MOST_MESSAGES = 200_000


@click.command()
@config_option
@json_option
@click.option(
    "--messages",
    type=click.IntRange(0, _MOST_MESSAGES),
    default=DEFAULT_MESSAGES,
    show_default=True,
    help="How many small messages to have the broker queue; 0 leaves sessions untried.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
def doctor(*, config_path: Path | None, as_json: bool, messages: int, strict: bool) -> None:
    """Look for what could be wrong with this node; exits with 1 where something is."""
    config = read_config(config_path)
    findings = examine(rounds(config, messages=messages))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        _print(findings)
    bad = {"failed", "warning"} if strict else {"failed"}
    sys.exit(1 if any(finding.verdict in bad for finding in findings) else 0)


def _print(findings: Sequence[Finding]) -> None:
    width = max((len(finding.about) for finding in findings), default=0)
    for finding in findings:
        sign = click.style(f"{_SIGNS[finding.verdict]:<4}", fg=_COLOURS[finding.verdict])
        click.echo(f"{sign}  {finding.about:<{width}}  {finding.detail}")
        indent = " " * (width + 8)
        if finding.why:
            click.echo(f"{indent}why: {finding.why}")
        if finding.remedy is not None:
            for line in finding.remedy.line.splitlines():
                click.echo(f"{indent}put: {line}")
            click.echo(f"{indent} in: {finding.remedy.where}")
    counts: Counter[str] = Counter(finding.verdict for finding in findings)
    told = (("failed", "failed"), ("warning", "to be warned of"), ("unknown", "not to be seen"))
    rest = "".join(f", {counts[verdict]} {words}" for verdict, words in told if counts[verdict])
    click.echo(f"{counts['ok']} of {len(findings)} are well{rest}.")
