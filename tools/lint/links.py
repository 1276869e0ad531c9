#!/usr/bin/env python3
"""Follows the links from one page of the manual to another.

    tools/lint/links.py < FILES    fails for a link that leads nowhere

Pages move with the code that they describe, and nothing else would notice a
link that stayed. A link has to name a file or folder of the tree and, after a
`#`, a heading of that page. The front door, README.md, has a bound of lines: a
table that makes it longer belongs beside the code that it describes.
"""

import pathlib
import re
import sys

FRONT_DOOR = pathlib.Path("README.md")
FRONT_DOOR_LINES = 200
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def text_of(page):
    return page.read_text(encoding="utf-8")


def anchors(page):
    """The headings of a page, as a browser names them."""
    prose = re.sub(r"^```.*?^```$", "", text_of(page),
                   flags=re.DOTALL | re.MULTILINE)
    names = set()
    for heading in re.findall(r"^#+ +(.+)$", prose, re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        names.add(plain.replace(" ", "-"))
    return names


def fault_of(page, link):
    """Why the link leads nowhere; None when it leads somewhere."""
    if re.match(r"[a-z]+:", link):
        return None
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not target.exists():
        return "no such file"
    if anchor and anchor not in anchors(target):
        return "no such heading"
    return None


def main():
    pages = [pathlib.Path(line.strip()) for line in sys.stdin]
    faults = []
    for page in pages:
        for link in LINK.findall(CODE.sub("", text_of(page))):
            why = fault_of(page, link)
            if why is not None:
                faults.append(f"{page}: {link}: {why}")
    lines = len(text_of(FRONT_DOOR).splitlines())
    if lines > FRONT_DOOR_LINES:
        faults.append(f"{FRONT_DOOR}: {lines} lines, where {FRONT_DOOR_LINES} "
                      "are allowed")
    if not pages:
        faults.append("no page at all")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
