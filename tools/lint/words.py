#!/usr/bin/env python3
"""Counts words that make comments and documents hard to read.

    tools/lint/words.py < FILES            fails on one too many
    tools/lint/words.py --update < FILES   writes words.txt

They are correct and make the reader stop: write after, before, next to, except
or also. words.txt says how many each file still has, and their sum may only
shrink: --update, which is for files that were moved or mended, refuses to write
more.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
KNOWN = HERE / "words.txt"
WORDS = re.compile(r"\b(behind|but for|likewise|in front of|as first said)\b",
                   re.IGNORECASE)
# A sentence goes on in the next line of its comment.
LINE_END = re.compile(r"\s*\n\s*(?://+|\*+|#+)?\s*")


def count_in(file):
    text = pathlib.Path(file).read_text(encoding="utf-8", errors="replace")
    return len(WORDS.findall(LINE_END.sub(" ", text)))


def read_known():
    if not KNOWN.exists():
        return {}
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and line[0] != "#"]
    return {file: int(count) for count, file in rows}


def main():
    files = [line.strip().removeprefix("./") for line in sys.stdin]
    counts = {file: count_in(file) for file in files}
    found = {file: count for file, count in counts.items() if count > 0}
    known = read_known()
    left, allowed = sum(found.values()), sum(known.values())
    if sys.argv[1:] == ["--update"]:
        if known and left > allowed:
            print(f"{left} words, where {allowed} are allowed")
            return 1
        rows = [f"{found[file]:4} {file}\n" for file in sorted(found)]
        KNOWN.write_text("# How many words of words.py each file still has. Never "
                         "more.\n" + "".join(rows), encoding="utf-8")
        return 0
    worse = [file for file in sorted(found) if found[file] > known.get(file, 0)]
    for file in worse:
        print(f"{file}: {found[file]} of the words in tools/lint/words.py, "
              f"where {known.get(file, 0)} are allowed")
    if not files:
        print("no file at all")
    elif not worse and left < allowed:
        print(f"{allowed - left} fewer than words.txt allows: "
              "tools/lint/run --update makes that the rule")
    return 1 if worse or not files else 0


if __name__ == "__main__":
    sys.exit(main())
