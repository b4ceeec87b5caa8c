"""The command ``gateway``: nouns are loaded only when used, and every error becomes one line."""

import traceback
from collections.abc import Mapping
from importlib import import_module

import click

from gateway.errors import ConfigurationError, ContentRefused, Damaged, GatewayError

REFUSED, USAGE = 1, 2

# name -> (module, command object, what the list of commands says)
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "demo": ("demo", "demo", "Run everything here with invented people; nothing leaves this computer."),
    "init": ("setting_up", "init", "Make keys and database, and check the configuration."),
    "serve": ("running", "serve", "Run the web server, or everything with --all."),
    "worker": ("running", "worker", "Run the worker of one queue."),
    "clock": ("running", "clock", "Run the clock that finds whatever is due."),
    "doctor": ("doctor", "doctor", "Check every dependency and print the cure."),
    "db": ("db", "db", "Upgrade, downgrade or show the database."),
    "lint": ("content", "lint", "Check flows and messages."),
    "diagram": ("diagram", "diagram", "Draw a flow."),
    "diff": ("diff", "compare", "Say what an edit of flows and texts means."),
    "i18n": ("i18n", "i18n", "Take texts to translators and back."),
    "mutate": ("mutate", "mutate", "See whether lint and stories notice small faults."),
    "test": ("stories", "test", "Run conversations written as .chat stories."),
    "simulate": ("simulate", "simulate", "Talk with a flow in this terminal."),
    "import": ("import_", "import_", "Read flows written for RapidPro."),
    "understand": ("understand", "understand", "Show how a text is read, alone or at a step."),
    "publish": ("publish", "publish", "Propose flows and messages; a second person approves them."),
    "rollback": ("publish", "rollback", "Put back the version that was live before."),
    "versions": ("publish", "versions", "List what is and was live, and who stands for it."),
    "partner": ("partner", "partner", "See what other systems were told, and tell it again."),
    "messages": ("messages", "messages", "List texts in and out, without numbers and words."),
    "case": ("case", "case", "List, show and accept cases."),
    "campaign": ("campaign_commands", "campaign", "Draft, approve and run broadcasts."),
    "emergency": ("emergency", "emergency", "Ask for the prepared texts of a disaster."),
    "disaster": ("disaster", "disaster", "Declare, confirm and end disasters."),
    "contacts": ("contacts", "contacts", "Import people who agreed to broadcasts."),
    "directory": ("directory", "directory", "Import, export and verify posts and hotlines."),
    "rota": ("rota", "rota", "Show and set who is asked first."),
    "user": ("user", "user", "Add and disable console accounts."),
    "keys": ("keys", "keys", "Show and rotate keys; name the escrow."),
    "retention": ("retention", "retention", "Forget what has had its time."),
    "surrender-report": ("surrender", "surrender_report", "Say what this server could reveal right now."),
    "backup": ("backup", "backup", "Keep the database in one sealed, checked file."),
    "restore": ("restore", "restore", "Put a backup where nothing is; then let it send."),
    "audit": ("audit", "audit", "Verify the chain of who saw or did what."),
}


class Nouns(click.Group):
    """A group that imports a noun's module when that noun is asked for, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one noun."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        found = getattr(import_module(f"gateway.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        keep_examples(found)
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run one command; its errors become one line and an exit status: 1 refused, 2 usage or environment."""
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            self._trace(ctx)
            click.echo(one_line(error), err=True)
            ctx.exit(USAGE if isinstance(error, ConfigurationError) or error.retry else REFUSED)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the outermost door of the command line: one line, not a traceback
            self._trace(ctx)
            click.echo(f"gateway: a fault of the program ({type(error).__name__}); run it with --debug", err=True)
            ctx.exit(REFUSED)

    @staticmethod
    def _trace(ctx: click.Context) -> None:
        if ctx.params.get("debug"):
            click.echo(traceback.format_exc(), err=True)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, _, said) in COMMANDS.items()])


def keep_examples(command: click.Command) -> None:
    """Turn the written mark before examples into the sign by which click leaves their lines alone."""
    if command.help is not None:
        command.help = command.help.replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for member in command.commands.values():
            keep_examples(member)


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
def gateway(debug: bool) -> None:
    r"""SMS and USSD gateway for safe migration and trafficking reports.

    \b
    Examples:
      gateway demo
      gateway case list --json
    """


keep_examples(gateway)


def one_line(error: GatewayError) -> str:
    """Return what a person is told: findings as they are, everything else in one line with its cure."""
    if isinstance(error, ContentRefused):
        return str(error)
    if isinstance(error, ConfigurationError | Damaged):
        return f"gateway: {error}"
    return f"gateway: {error.told}"


def main() -> None:
    """Run the command line of this process."""
    gateway(prog_name="gateway")


if __name__ == "__main__":
    main()
