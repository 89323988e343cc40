"""``matchmaker run``: serves the site with gunicorn."""

import errno
import gc
import os
import socket
import sys
from typing import Any

import click
from sqlalchemy.orm import Session

from matchmaker.accounts.queries import emails_of_people
from matchmaker.db import create_engine, schema, sole_writer
from matchmaker.db.engines import sqlite_path
from matchmaker.errors import Busy
from matchmaker.settings import settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes (PostgreSQL only)."
)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Threads in each process.")
def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site until interrupted."""
    is_loopback = host in ("127.0.0.1", "localhost", "::1")
    if is_loopback:
        # Browsers keep Secure cookies off plain HTTP, which is what one's own machine speaks.
        os.environ.setdefault("MATCHMAKER_SECURE_COOKIES", "0")
    url = settings().database_url
    if sqlite_path(url) is not None and workers > 1:
        raise click.ClickException("SQLite takes one writing process: use --workers 1, or PostgreSQL.")
    _check_free(host, port)
    try:
        with sole_writer.claim(url):
            if not schema.is_current(create_engine(url)):
                raise click.ClickException("The database lacks the newest schema. Run: matchmaker db upgrade")
            _greet(host, port)
            _serve({"bind": f"{host}:{port}", "workers": workers, "threads": threads})
    except Busy as busy:
        raise click.ClickException(str(busy)) from busy


def _check_free(host: str, port: int) -> None:
    """Say in one line that the port is taken, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise click.ClickException(f"Port {port} is in use. Choose another: ./run --port {port + 1}") from error
            raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from error


def _greet(host: str, port: int) -> None:
    from matchmaker.seeding.demo import DEMO_PASSWORD, demo_accounts  # noqa: PLC0415 - only when serving

    click.echo(f"\nMatchmaker is at http://{host}:{port}\n")
    with Session(create_engine(settings().database_url)) as session:
        known = emails_of_people(session, [account.email for account in demo_accounts()])
    accounts = [account for account in demo_accounts() if account.email in known]
    if accounts:
        click.echo(f"Demo accounts (password of all: {DEMO_PASSWORD}):")
        for account in accounts:
            click.echo(f"  {account.email:24} {account.role}")
    click.echo("\nStop with Ctrl-C.")
    sys.stdout.flush()


def _serve(options: dict[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - imported only where there is a server to run

    from matchmaker.matching import compiled  # noqa: PLC0415 - the same

    # Before there are workers: one process compiles what is not compiled yet, and all share what it has loaded.
    compiled.load_all()

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
        """Gunicorn with options from here instead of a file."""

        def load_config(self) -> None:
            for name, value in {**_DEFAULTS, **options}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from matchmaker.jobs import running  # noqa: PLC0415 - imported only where there is a server to run
            from matchmaker.letters import delivery  # noqa: PLC0415 - the same
            from matchmaker.letters.transports import transport_of  # noqa: PLC0415 - the same
            from matchmaker.statistics.exports import making  # noqa: PLC0415 - the same
            from matchmaker.web.app import create_app  # noqa: PLC0415 - each worker makes its own application

            app = create_app()
            running.start(create_engine(settings().database_url))
            delivery.start(create_engine(settings().database_url), transport_of(settings()))
            making.start(create_engine(settings().database_url), settings().files)
            # What was made until now stays; a page leaves hardly any cycles, so looking for them after every 700 new
            # objects would cost a twentieth of its time.
            gc.freeze()
            gc.set_threshold(20_000, 10, 10)
            return app

    Server().run()


_DEFAULTS: dict[str, Any] = {
    "worker_class": "gthread",
    "loglevel": "warning",
    # Its control socket would be written into the home folder.
    "control_socket_disable": True,
    "graceful_timeout": 10,
    "timeout": 60,
}
