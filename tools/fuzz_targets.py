"""Which fuzz targets need only parser/, and of which sources each is made.

Read off the includes: a header of fuzz/ brings the source of its name.
"""

import collections
import re

# `sources`: the harness first. `inputs`: the corpus and the regression inputs.
Target = collections.namedtuple("Target", "name sources inputs")


def closure(root, harness):
    """The sources of fuzz/ that one needs, it first, or None if it needs server/."""
    found, todo = [harness], [harness]
    seen = {harness}
    while todo:
        text = todo.pop().read_text(encoding="utf-8")
        if '#include "server/' in text:
            return None
        for name in re.findall(r'#include "(fuzz/[\w/]+)\.h"', text):
            for suffix in (".h", ".c"):
                path = root / (name + suffix)
                if path.exists() and path not in seen:
                    seen.add(path)
                    todo.append(path)
                    if suffix == ".c":
                        found.append(path)
    return found


def parser_targets(root):
    """The targets that exercise parser/ and nothing above it, by name."""
    targets = []
    for harness in sorted((root / "fuzz/targets").glob("*_fuzz.c")):
        sources = closure(root, harness)
        if sources is None:
            continue
        name = harness.name[:-len("_fuzz.c")]
        inputs = [file for folder in ("corpus", "regression")
                  for file in sorted((root / "fuzz" / folder / name).rglob("*"))
                  if file.is_file()]
        if inputs:
            targets.append(Target(name, sources, inputs))
    if not targets:
        raise SystemExit("no fuzz target at all")
    return targets
