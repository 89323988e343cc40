"""What cannot work is told in one line, before the long work."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.setup.conftest import Checkout


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on the error stream of a run that failed."""
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    return line


def assert_nothing_was_begun(checkout: Checkout) -> None:
    assert not (checkout.root / ".venv").exists()
    assert not (checkout.root / "node_modules").exists()


@pytest.mark.parametrize("arguments", [["--port", "{port}"], ["--port={port}"]])
def test_a_port_in_use_is_told_before_anything_is_installed(checkout, taken_port, arguments):
    done = checkout.run(*[argument.format(port=taken_port) for argument in arguments])

    assert refusal(done) == f"Port {taken_port} is in use: choose another with --port or PORT."
    assert_nothing_was_begun(checkout)


def test_the_port_may_come_from_the_environment(checkout, taken_port):
    assert str(taken_port) in refusal(checkout.run(PORT=str(taken_port)))


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "５０００", "1e3", "99999999999999999999"])
def test_what_is_no_port_is_refused(checkout, port):
    assert refusal(checkout.run("--port", port)) == f'The port is a number from 1 to 65535, not "{port}".'
    assert_nothing_was_begun(checkout)


def test_a_host_of_another_machine_is_refused(checkout):
    line = refusal(checkout.run("--host", "192.0.2.1", "--port", "50123"))

    assert line == "Cannot serve on 192.0.2.1, port 50123: Cannot assign requested address."


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["serve"], '"serve" means nothing here: see ./run help.'),
        (["--port", "5001", "now"], '"now" means nothing here: see ./run help.'),
        (["--port"], "--port needs a value: see ./run help."),
        (["setup", "all"], "setup takes no arguments: see ./run help."),
    ],
)
def test_a_misspelt_use_points_to_the_help(checkout, arguments, line):
    assert refusal(checkout.run(*arguments)) == line


def test_the_help_needs_no_python_and_names_every_use(checkout):
    (checkout.bin / "python3").unlink()
    done = checkout.run("help")

    assert done.returncode == 0
    for use in ("./run ", "./run setup", "./run test", "./run lock", "--port", "--host", "MATCHMAKER_INSTANCE"):
        assert use in done.stdout


def test_an_old_python_is_refused_with_its_version(checkout):
    checkout.command("python3", "case $1 in -c) echo 3.9 ;; *) exit 1 ;; esac")

    assert refusal(checkout.run()) == "Python 3.11 or newer is needed, found: 3.9. Install one, or name it in PYTHON."
    assert_nothing_was_begun(checkout)


def test_a_machine_without_python_is_told_so(checkout):
    (checkout.bin / "python3").unlink()

    assert "found: none" in refusal(checkout.run())


def test_a_newer_python_beside_an_old_one_is_taken(checkout, taken_port):
    checkout.command("python3", "exit 1")
    checkout.command("python3.12", f'exec "{sys.executable}" "$@"')

    assert "in use" in refusal(checkout.run("--port", str(taken_port)))


def test_a_full_disk_is_told_before_anything_is_installed(checkout):
    checkout.command("df", "echo Filesystem; echo disk 10000000 9900000 102400 99% /")

    line = refusal(checkout.run("setup"))

    assert line.startswith("Too little room on the disk: setting up needs about 800 MB, 100 MB are free in /")
    assert_nothing_was_begun(checkout)


def test_a_missing_venv_module_is_named_with_its_package(checkout):
    checkout.command("python3", f'case "$*" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"')

    package = f"python3.{sys.version_info.minor}-venv"
    line = refusal(checkout.run("setup"))
    assert line == f"Python's venv module is missing: run 'apt-get install {package}' as root, then start again."


def test_without_network_the_first_start_says_so(checkout):
    line = refusal(checkout.run("setup"))

    assert line.startswith("The package index cannot be reached: setting up needs the network once")


@pytest.mark.parametrize(
    ("noise", "line"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("npm error code EINTEGRITY", "A downloaded package is not the one in the lock files"),
        (
            "invalid peer certificate: UnknownIssuer",
            "The package index has a certificate that this machine does not trust",
        ),
        ("Because numba has no wheels with a matching Python", "A package has no ready-made build"),
        ("Error: The database is busy.", "The database is busy."),
    ],
)
def test_a_known_cause_in_the_noise_of_a_step_is_told_in_one_line(furnished, noise, line):
    furnished.package("other", f"import sys\nprint({noise!r})\nsys.exit(1)\n")
    (furnished.root / "matchmaker" / "__main__.py").write_text("from other import __main__", encoding="utf-8")

    assert refusal(furnished.run("--port", "50124")).startswith(line)


def test_an_unknown_cause_shows_the_end_of_what_the_step_said(furnished):
    (furnished.root / "matchmaker" / "__main__.py").write_text("1 / 0", encoding="utf-8")

    done = furnished.run("--port", "50124")

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("This step failed. All it said is in /")
