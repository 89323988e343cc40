"""A site, a browser and somebody in front of it, for every test of this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, StorageState, expect

from tests.browser import scene, serving
from tests.browser.scene import Scene
from tests.browser.visits import PATIENCE_MS, Setting, Visit, Watch

Visitors = Callable[..., Visit]

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium; where there is none, say how to get it."""
    if missing := serving.missing_parts():
        pytest.fail(missing, pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": str(serving.CHROMIUM),
        "args": serving.CHROMIUM_FLAGS,
    }


@pytest.fixture(scope="session")
def prepared_instance(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """An instance with the demo data and the scene, made once for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    folder = shared / "prepared-instance"
    with FileLock(shared / "prepared-instance.lock"):
        if not (folder / scene.FILE).exists():
            folder.mkdir(exist_ok=True)
            serving.prepare(folder, with_scene=True)
    return folder


@pytest.fixture(scope="session")
def instance(prepared_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's own copy, so that no other worker's posts show up in it."""
    folder = tmp_path_factory.mktemp("site") / "instance"
    serving.copy(prepared_instance, folder)
    return folder


@pytest.fixture(scope="session")
def base_url(instance: Path) -> Iterator[str]:
    """The address of ``matchmaker run`` on this worker's instance, under the name by which Playwright knows it."""
    with serving.serving(instance) as address:
        yield address


@pytest.fixture(scope="session")
def stage(instance: Path) -> Scene:
    """The ids of what stands in the instance besides the demo data."""
    return scene.read(instance)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, base_url: str) -> Callable[[str], StorageState | None]:
    """Return a role's cookies; each signs in once, because the site counts tries."""
    states: dict[str, StorageState] = {}

    def state(role: str) -> StorageState | None:
        if role == "visitor":
            return None
        if role not in states:
            context = browser.new_context(**Setting().options())
            Visit(context, base_url, Setting(), Watch(base_url)).sign_in(role)
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state


@pytest.fixture
def visit(
    new_context: Callable[..., BrowserContext], base_url: str, signed_in: Callable[[str], StorageState | None]
) -> Iterator[Visitors]:
    """Sit down at a browser of one's own: ``visit("city", Setting("en", "phone"))``.

    Whatever the test looks at, nothing may go wrong behind it: no script error, no breach of the policy, no request
    to another host.
    """
    watches: list[Watch] = []

    def sit_down(role: str = "visitor", setting: Setting | None = None) -> Visit:
        setting = setting or Setting()
        context = new_context(**setting.options(), storage_state=signed_in(role))
        watch = Watch(base_url)
        watch.follow(context)
        watches.append(watch)
        return Visit(context, base_url, setting, watch)

    yield sit_down
    found = [fault for watch in watches for fault in watch.found()]
    assert not found, found
