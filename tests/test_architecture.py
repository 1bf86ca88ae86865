"""The rules of docs/architecture.md that a machine can check."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.server import ROOT

# Each may import itself and what stands before it.
APPS = ("operators", "departments", "chat", "reports", "sphaera_support")
DRAWERS = {"utils", "helpers", "common", "core", "services", "signals", "managers"}
TESTS_OWN = {"tests/services.py"}  # PostgreSQL and Redis of the tests
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in SOURCES}


def imports_of(path: Path) -> set[str]:
    """Our modules that a file names, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= submodules & MODULES.keys() or {node.module}
    return {module for module in found if module.split(".")[0] in APPS}


def under_templates(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("app", APPS)
def test_imports_go_one_way(app):
    allowed = set(APPS[: APPS.index(app) + 1])
    wrong = {
        (str(path.relative_to(ROOT)), module)
        for path in (ROOT / app).rglob("*.py")
        for module in imports_of(path)
        if module.split(".")[0] not in allowed
    }
    assert wrong == set()


def test_no_files_import_each_other_in_a_circle():
    graph = {name: imports_of(path) - {name} for name, path in MODULES.items()}
    # A package's __init__ gathers its modules; whoever imports it from within, circles.
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_every_name_says_its_subject():
    everything = [*SOURCES, *(ROOT / "tests").rglob("*.py")]
    drawers = {str(path.relative_to(ROOT)) for path in everything if path.stem in DRAWERS}
    assert drawers <= TESTS_OWN


def test_one_module_alone_sends_on_the_channel_layer():
    senders = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\.group_send\b|\blayer\.send\b", path.read_text())
    }
    # The readiness probe asks the layer whether it answers; the layer itself is its definition.
    assert senders - {"sphaera_support/views.py"} == {"chat/streams.py"}


ACTIONS = re.compile(
    r"chat/((tickets|webhooks|notices|purge|api|mail)/)?actions/|chat/rooms/actions\.py|reports/actions/"
    r"|sphaera_support/cabinet/actions\.py"
)


def outside_actions(is_found: Callable[[ast.AST], bool]) -> set[str]:
    """Modules beside actions and migrations in which a node of the syntax is found."""
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "migrations" not in path.parts and not ACTIONS.search(str(path))
        if any(map(is_found, ast.walk(ast.parse(path.read_text()))))
    }


def test_only_actions_open_transactions():
    """State changes only in actions; presence and the demo are the ground and the scenery."""

    def is_opening(node: ast.AST) -> bool:
        names = {"atomic", "set_autocommit", "savepoint"}
        return getattr(node, "attr", getattr(node, "id", "")) in names

    assert outside_actions(is_opening) == {
        "operators/presence.py",
        # A whole database, in and out.
        "sphaera_support/moving/snapshot.py",
        "sphaera_support/management/commands/demo.py",
        "sphaera_support/demo_crowd/tables.py",
    }


WRITES = {
    *("save", "create", "get_or_create", "update_or_create", "delete"),
    *("bulk_create", "bulk_update", "create_user", "set_password", "executemany"),
}


def test_only_actions_write():
    """Neither a view nor a socket; what is no conversation's writes where it is kept.

    What drawing.py saves is a picture.
    """

    def is_writing(node: ast.AST) -> bool:
        if isinstance(node, ast.Constant):
            return bool(re.match(r"\s*(INSERT|UPDATE|DELETE)\s", str(node.value)))
        if isinstance(node, ast.ImportFrom) and node.module == "operators.prepared":
            return any(name.name not in {"Prepared", "Among"} for name in node.names)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        # A dictionary takes others, a query takes fields.
        is_update = node.func.attr == "update" and bool(node.keywords)
        return is_update or node.func.attr.removeprefix("a") in WRITES

    assert outside_actions(is_writing) == {
        *("operators/models.py", "operators/presence.py", "operators/photos.py"),
        "operators/prepared.py",
        *(
            "chat/files/storage.py",
            "chat/files/parts.py",
            "chat/files/drawing.py",
            "sphaera_support/cabinet/sessions.py",
        ),
        # What only grows refuses to; a picture is drawn into memory.
        *("chat/models/consents.py", "chat/files/squares.py"),
        *(f"sphaera_support/moving/{name}.py" for name in ("rows", "restoring", "snapshot")),
        "sphaera_support/management/commands/demo.py",
        *("sphaera_support/demo_crowd/crowd.py", "sphaera_support/demo_crowd/tables.py"),
        "sphaera_support/demo_availability.py",
        "chat/couriers.py",  # in the cache
    }


def test_locks_are_taken_in_one_place():
    """So that their order is seen at a glance; presence is below chat, and named there. Reports
    have a lock of their own, under which nothing else is locked.
    """
    locking = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"select_for_update\(|FOR UPDATE", path.read_text())
    }
    assert locking == {
        *("chat/actions/locks.py", "operators/presence.py", "reports/actions/locks.py"),
    }


def test_actions_say_what_happened_and_not_to_whom():
    """Whom it concerns is for the listeners to know (chat.happened)."""
    actions = [
        name
        for name in MODULES
        if re.match(r"chat\.(tickets\.)?actions\.|chat\.rooms\.actions$", name)
    ]
    telling = {
        name for name in actions if any(".broadcasts" in used for used in imports_of(MODULES[name]))
    }
    assert telling == set()
    assert "chat.happened" in imports_of(MODULES["chat.actions.conversations"])


def test_only_the_settings_ask_which_way_the_product_runs():
    asking = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"DATABASE_URL|REDIS_URL|\.EMBEDDED\b", path.read_text())
    }
    assert asking <= {
        "sphaera_support/settings.py",
        "sphaera_support/management/commands/serve.py",
    }


def test_pure_modules_know_no_database():
    pure = {
        *("operators.buckets", "departments.hours", "departments.timetable"),
        "departments.deadlines",
        *("chat.sockets.delivery", "chat.sockets.limits", "chat.queue.assignment"),
    }
    for module in pure:
        assert imports_of(MODULES[module]) <= pure, module
        assert "django" not in MODULES[module].read_text(), module


# Templates and scripts


@pytest.mark.parametrize("path", TEMPLATES, ids=under_templates)
def test_templates_hold_no_script_and_no_style(path):
    text = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL
    )
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)


def test_an_hour_is_shown_by_the_clock_of_who_reads_it():
    """By {% moment %} alone, but for what the page counts from by itself, and for a letter, which
    has no clock.
    """
    by_the_server = re.compile(r'(?<!data-ago>){{[^}]*\|(?:date|time):"[^"]*[HGh]')
    found = {path.name for path in TEMPLATES if by_the_server.search(path.read_text())}
    assert found == {"missed.html"}


def test_every_way_out_of_a_question_has_one_word_and_one_side():
    choices = re.compile(r'"(?:confirm__)?choices">\n(.*?)</div>', re.DOTALL)
    questions = {
        path.name: re.findall(r"<(?:button|a)\b.*", found)
        for path in TEMPLATES
        for found in choices.findall(path.read_text())
    }
    assert len(questions) > 8
    assert {name for name, (out, *_deeds) in questions.items() if '"Отмена"' not in out} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=under_templates)
def test_static_files_that_templates_name_exist(path):
    names = re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", path.read_text())
    assert [name for name in names if not (ROOT / "static" / name).exists()] == []


def test_every_style_sheet_is_loaded_and_none_is_a_tumour():
    """What the window loads is counted in requests: those may be longer."""
    sheets = {path.relative_to(ROOT / "static") for path in (ROOT / "static/css").rglob("*.css")}
    loaded = {
        name for path in TEMPLATES for name in re.findall(r"css/[\w/-]+\.css", path.read_text())
    }
    assert {str(sheet) for sheet in sheets} == loaded
    window = {"css/base/controls.css", "css/base/messages.css", "css/widget/widget.css"}
    long = {str(s) for s in sheets if len((ROOT / "static" / s).read_text().splitlines()) > 420}
    assert long == window


@pytest.mark.parametrize("path", TEMPLATES, ids=under_templates)
def test_icons_that_templates_name_exist(path):
    names = re.findall(r"{%\s*icon\s+['\"]([^'\"]+)['\"]", path.read_text())
    icons = ROOT / "static" / "icons"
    assert [name for name in names if not (icons / f"{name}.svg").exists()] == []


def test_partials_begin_with_an_underscore_and_pages_do_not():
    included = {
        name
        for path in TEMPLATES
        for name in re.findall(r"{%\s*include\s+['\"]([^'\"]+)['\"]", path.read_text())
    }
    assert {name for name in included if not Path(name).name.startswith("_")} == set()
    assert {name for name in included if not (ROOT / "templates" / name).exists()} == set()


IMPORT = re.compile(
    r"""^\s*(?:import|export)\b[^'";]*?\bfrom\s*(['"])(?P<a>[^'"]+)\1(?P<e1>;?)"""
    r"""|^\s*import\s*(['"])(?P<b>[^'"]+)\4(?P<e2>;?)""",
    re.MULTILINE,
)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_modules_are_imported_by_a_relative_path_and_a_semicolon(path):
    """Django hashes the names in such imports only; others would stay behind silently."""
    for found in IMPORT.finditer(path.read_text()):
        target = found["a"] or found["b"]
        assert target.startswith(("./", "../")), target
        assert (path.parent / target).resolve().is_file(), target
        assert found["e1"] or found["e2"], f"{target}: no semicolon"


def test_the_scripts_import_something():
    """The rule above looks at real imports."""
    assert sum(len(IMPORT.findall(path.read_text())) for path in SCRIPTS) > 5


# The repository


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("This is no checkout.")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def texts() -> list[tuple[str, str]]:
    binary = {".png", ".webp", ".woff2", ".wav", ".mo", ".gz"}
    return [
        (str(path.relative_to(ROOT)), path.read_text("utf-8", errors="replace"))
        for path in tracked()
        if path.is_file() and path.suffix not in binary
    ]


def test_no_file_names_the_host_of_a_registry_or_a_machine_s_folder():
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]
    folders = ["/" + "work/", "/" + "home/", "/" + "Users/", "/" + "root/"]
    pattern = re.compile("|".join(re.escape(word) for word in (*hosts, *folders)))
    assert [(name, pattern.findall(text)) for name, text in texts() if pattern.search(text)] == []


def test_nothing_is_loaded_from_elsewhere():
    pattern = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//|@import|url\(\s*["']?https?:""")
    shown = [(n, t) for n, t in texts() if n.startswith(("templates/", "static/css", "static/js"))]
    assert [name for name, text in shown if pattern.search(text)] == []


def test_our_code_is_grown_up():
    """No promises for later, no forgotten breakpoints, no mocks of our own code."""
    words = ["TO" + "DO", "FIX" + "ME", "X" * 3, "unittest" + ".mock", "break" + "point()"]
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in words))
    ours = [(n, t) for n, t in texts() if n.endswith((".py", ".js", ".css", ".html"))]
    assert [n for n, t in ours if pattern.search(t) and "vendor" not in n] == []


def test_the_product_needs_no_package_of_the_tests():
    locked = (ROOT / "requirements" / "base.txt").read_text()
    assert not re.search(r"^(pytest|hypothesis|playwright|mypy|ruff)\b", locked, re.MULTILINE)


def test_models_and_migrations_agree(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"DATA_DIR": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 0, done.stdout + done.stderr
