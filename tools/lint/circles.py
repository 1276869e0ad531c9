#!/usr/bin/env python3
"""Finds circles among the modules of server/.

    tools/lint/circles.py            fails on a circle that is not known
    tools/lint/circles.py --update   takes out of circles.txt what is mended

A module is X.c with X.h; a test belongs to none. A header without a source of
its own, such as a folder's internal.h, is part of each module that includes it.
Two modules in a circle cannot be understood, tested or moved one without the
other. circles.txt lists the includes that are part of one today. That list may
only shrink: an include in a circle that it does not name fails, and so does a
name in it that is in no circle any more.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KNOWN = HERE / "circles.txt"
INCLUDE = re.compile(r'^#\s*include\s+"(server/[\w/]+)\.h"', re.MULTILINE)
# What no module of the first folder includes: whatever is in the second.
NEVER = [("server/conn/", "server/loop/"), ("server/base/", "server/conn/"),
         ("server/base/", "server/loop/")]


def read_modules():
    """{module: modules that it includes}."""
    includes, sources = {}, set()
    for file in sorted((ROOT / "server").rglob("*.[ch]")):
        name = str(file.relative_to(ROOT).with_suffix(""))
        found = INCLUDE.findall(file.read_text(encoding="utf-8"))
        includes.setdefault(name, set()).update(found)
        if file.suffix == ".c":
            sources.add(name)
    return {name: resolve(includes, sources, name) for name in sources}


def resolve(includes, sources, module):
    """The modules that one includes, itself or in headers that have no source."""
    found, seen, todo = set(), {module}, [module]
    while todo:
        for name in includes.get(todo.pop(), ()):
            if name in seen:
                continue
            seen.add(name)
            if name in sources:
                found.add(name)
            else:
                todo.append(name)
    return found


def reachable(modules, start):
    """All that a module includes, and what those include, and so on."""
    seen, todo = set(), [start]
    while todo:
        for name in modules.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def circular(modules):
    """The includes that lead back to where they stand, as "A -> B"."""
    reach = {name: reachable(modules, name) for name in modules}
    return {f"{name} -> {included}" for name in modules
            for included in modules[name] if name in reach.get(included, ())}


def read_known():
    if not KNOWN.exists():
        return set()
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def main():
    modules = read_modules()
    found = circular(modules)
    known = read_known()
    if sys.argv[1:] == ["--update"]:
        found &= known
        KNOWN.write_text("# Includes of server/ that are part of a circle; see "
                         "circles.py. Never add one.\n" +
                         "".join(f"{line}\n" for line in sorted(found)),
                         encoding="utf-8")
        return 0
    wrong = [f"a new circle: {line}" for line in sorted(found - known)]
    wrong += [f"no circle any more, take it out of circles.txt: {line}"
              for line in sorted(known - found)]
    wrong += [f"{name} includes {included}: {below} knows nothing of {above}"
              for below, above in NEVER for name in sorted(modules)
              for included in sorted(modules[name])
              if name.startswith(below) and included.startswith(above)]
    if not modules:
        wrong.append("no module of server/ at all")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
