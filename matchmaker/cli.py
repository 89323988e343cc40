"""The ``matchmaker`` command. Each subcommand imports what it needs when it runs, so that help is instant."""

import importlib

import click

#: Subcommand → module and attribute.
COMMANDS = {
    "run": ("matchmaker.web.commands", "run"),
    "person": ("matchmaker.accounts.commands", "person"),
    "letters": ("matchmaker.letters.commands", "letters"),
    "jobs": ("matchmaker.jobs.commands", "group"),
    "exports": ("matchmaker.statistics.exports.commands", "group"),
    "vouchers": ("matchmaker.vouchers.reconciliation.commands", "group"),
    "metrics": ("matchmaker.metrics.commands", "group"),
    "db": ("matchmaker.db.commands", "db"),
    "seed": ("matchmaker.seeding.commands", "seed"),
    "index": ("matchmaker.catalogue.suggestions.commands", "index"),
    "introductions": ("matchmaker.contracts.introductions.commands", "group"),
    "match": ("matchmaker.matching.commands", "match"),
    "translations": ("matchmaker.web.translating", "translations"),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - COMMANDS names commands; narrows for the type checker
        return command


@click.group(cls=LazyGroup, help="Links enterprises' technical needs to complexes and institutes.")
def main() -> None:
    """Run a subcommand."""
