"""A start finds out by itself what is left to do. Nothing in these tests can reach a network."""

from __future__ import annotations

import shutil
import sys
import venv

import pytest

PORT = "50125"
LOADING = [
    "  Bringing the database up to date …",
    "  Loading the reference and the demo data …",
    "  Building the search index …",
]
SERVING = [f"matchmaker run --host 127.0.0.1 --port {PORT}"]


def start(furnished, **environment: str) -> list[str]:
    done = furnished.run("--port", PORT, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_first_start_loads_the_data_and_the_second_only_serves(furnished):
    assert start(furnished) == LOADING + SERVING
    assert start(furnished) == SERVING


def test_changed_seeds_are_loaded_again(furnished):
    start(furnished)
    (furnished.root / "seeds" / "needs.jsonl").write_text('{"title": "涂层"}', encoding="utf-8")

    assert start(furnished) == LOADING + SERVING


def test_a_database_that_was_put_aside_is_made_anew(furnished):
    database = furnished.root / "instance" / "matchmaker.db"
    database.parent.mkdir()
    database.touch()
    start(furnished)
    database.rename(database.with_suffix(".old"))
    database.touch()

    assert start(furnished) == LOADING + SERVING


def test_a_database_server_is_asked_at_every_start(furnished):
    url = "postgresql://localhost/matchmaker"

    assert start(furnished, MATCHMAKER_DATABASE_URL=url) == LOADING + SERVING
    assert start(furnished, MATCHMAKER_DATABASE_URL=url) == LOADING + SERVING


def test_the_data_lie_where_the_environment_says(furnished, tmp_path):
    start(furnished, MATCHMAKER_INSTANCE=str(tmp_path / "elsewhere"))

    assert (tmp_path / "elsewhere" / ".stamp").exists()
    assert not (furnished.root / "instance").exists()


def test_a_changed_lock_file_is_installed_again(furnished):
    furnished.package("pip", "import sys\nsys.exit('--version' not in sys.argv and 'Connection refused')\n")
    with (furnished.root / "requirements" / "dev.txt").open("a") as lock:
        lock.write("\n# changed\n")

    done = furnished.run("setup")

    assert done.stdout == "  Installing uv …\n"
    assert done.stderr.startswith("The package index cannot be reached")


def test_a_moved_folder_gets_a_new_environment(furnished):
    (furnished.root / ".venv" / ".root").write_text("/somewhere/else\n", encoding="utf-8")
    furnished.command("python3", f'case "$*" in *"-m venv"*) exit 1 ;; esac\nexec "{sys.executable}" "$@"')

    assert furnished.run("setup").stdout == "  Making the virtual environment …\n"


@pytest.mark.parametrize("arguments", [["-k", "needs"], ["tests/needs", "-x", "-q"]])
def test_arguments_of_test_go_to_pytest_alone_and_its_answer_is_passed_on(furnished, arguments):
    done = furnished.run("test", *arguments)

    assert done.stdout.splitlines() == ["pytest " + " ".join(arguments)]
    assert done.returncode == len(arguments)


def test_every_check_runs_and_a_failed_one_fails_the_whole_after_the_tests(furnished):
    # The parts of the system are another test's matter: here all of them are there.
    with (furnished.root / "setup" / "system.sh").open("a") as script:
        script.write("missing_system_parts() { :; }\n")
    for name in ("ruff", "mypy", "lint-imports", "djlint"):
        answer = 1 if name == "mypy" else 0
        tool = furnished.root / ".venv" / "bin" / name
        tool.write_text(f"#!/bin/sh\necho {name} speaks\nexit {answer}\n", encoding="utf-8")
        tool.chmod(0o755)

    done = furnished.run("test")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "Checking the code",
        "  ruff: fine",
        "  ruff format: fine",
        "mypy speaks",
        "  mypy: FAILED",
        "  import-linter: fine",
        "Not content: mypy. The tests follow all the same.",
        "Running the tests",
        "pytest",
    ]


def test_missing_parts_of_the_system_are_named_with_the_command(furnished):
    with (furnished.root / "setup" / "system.sh").open("a") as script:
        script.write("missing_system_parts() { echo chromium; echo postgresql; }\n")

    done = furnished.run("test")

    assert done.stderr == "All tests need more of the system: run 'apt-get install chromium postgresql' as root.\n"
    assert done.returncode == 1
    assert "pytest" not in done.stdout


def test_where_it_may_the_script_installs_missing_parts_itself(furnished):
    furnished.command("id", "echo 0")
    furnished.command("apt-get", f'echo "$@" >>"{furnished.root}/apt.txt"')
    with (furnished.root / "setup" / "system.sh").open("a") as script:
        script.write("missing_system_parts() { echo chromium; echo postgresql; }\n")

    furnished.run("test", "tests/needs")

    asked = (furnished.root / "apt.txt").read_text()
    assert asked.rstrip().endswith("--no-install-recommends install chromium postgresql")


def test_the_environment_of_another_checkout_may_be_the_one_in_use(furnished, tmp_path):
    venv.create(tmp_path / "other", symlinks=True)
    (tmp_path / "other" / ".root").write_text("/some/other/checkout\n", encoding="utf-8")
    furnished.command("python3", f'exec "{tmp_path}/other/bin/python" "$@"')
    shutil.rmtree(furnished.root / ".venv")
    furnished.command("df", "echo Filesystem; echo disk 1 1 0 100% /")

    assert "Too little room on the disk" in furnished.run("setup").stderr
