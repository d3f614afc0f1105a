"""``lamplighter model deploy``: another model for a gateway, while it runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, read_config
from lamplighter.model.bundle.deployment import Deployed, Deployment
from lamplighter.model.commands.progress import gate_progress
from lamplighter.model.commands.reporting import print_rows, reports_errors
from lamplighter.model.commands.store_models import trust_of, versions_of
from lamplighter.model.commands.telling import tell_daemon
from lamplighter.model.commands.verify import result_rows


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@config_option
@click.option("--force", is_flag=True, help="Also what is older, or was rolled back.")
@click.option("--threads", type=click.IntRange(1, 64), help="To measure with; by default up to 2.")
@click.option(
    "--no-swap", is_flag=True, help="Leave the running daemon alone until its next start."
)
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait for the swap.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reports_errors
def deploy(
    *,
    source: Path,
    config_path: Path | None,
    force: bool,
    threads: int | None,
    no_swap: bool,
    timeout: float,
    as_json: bool,
) -> None:
    """Deploy SOURCE, a packed model or a model's folder, and swap the daemon's model.

    The signature, every hash and the gates come first: what fails them changes nothing. The
    model is on trial then (model.trial); where that goes wrong, the one before it comes back.
    """
    config = read_config(config_path)
    deployment = Deployment(versions_of(config), trust_of(config), threads=threads, force=force)
    with gate_progress(shown=not as_json) as progress:
        done = deployment.deploy(source, lambda step, what, share: progress(what or step, share))
    told = ""
    if done.changed and not no_swap:
        version = done.manifest.version

        def swapped(health: dict[str, Any]) -> bool:
            return health.get("version") == version and health.get("state") == "ready"

        told = tell_daemon(config, swapped, timeout=timeout)
    _print(done, told, as_json=as_json)


def _print(done: Deployed, told: str, *, as_json: bool) -> None:
    if as_json:
        said = {
            "version": done.version,
            "folder": str(done.folder),
            "before": done.before,
            "changed": done.changed,
            "results": [asdict(result) | {"passed": result.passed} for result in done.results],
            "daemon": told,
        }
        click.echo(json.dumps(said, indent=2))
        return
    if done.results:
        print_rows(result_rows(done.results))
    name = f"{done.manifest.name} {done.version}"
    if not done.changed:
        click.echo(f"{name} is the current model already.")
        return
    click.echo(f"{name} is the current model now, in {done.folder}.")
    if told:
        click.echo(told)
