"""Makes of parser/ one source that is every mutant at once.

clang's own syntax tree, as JSON, says where each expression begins and ends and
what it is; the text is then rewritten so that each mutation stands beside the
original, chosen by a test of a number:

    at < lim   becomes   (H1_M(7) ? (at <= lim) : H1_M(8) ? (at >= lim) : (at < lim))

A file included once for each vector level is rewritten once, so that a mutant
is in all levels. What a constant expression holds cannot be chosen when the
program runs: tables are changed in memory instead (see runtime.c), and
what is neither is listed by tools/mutate/run as not mutated.
"""

import collections
import json
import pathlib
import re
import subprocess

# Only what no x86-64 build compiles.
NOT_COMPILED = {"internal/scan/neon.h"}
# What levels.h compiles once for each level.
LEVEL_FILES = {"internal/scan/walk.h", "internal/scan/masks.h"}

COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="),
               ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
OPERATORS = {"+": "-", "-": "+", "&": "|", "|": "&", "^": "|", "<<": ">>",
             ">>": "<<", "&&": "||", "||": "&&", "*": "+", "/": "*", "%": "/",
             "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "<<=": ">>=",
             ">>=": "<<=", "*=": "+=", "/=": "*="}
INTEGERS = {"bool", "_Bool", "char", "signed char", "unsigned char", "short",
            "unsigned short", "int", "unsigned int", "long", "unsigned long",
            "long long", "unsigned long long"}
# What stands in a constant expression or is not evaluated.
CONSTANT_KINDS = {"ConstantExpr", "EnumConstantDecl", "StaticAssertDecl",
                  "UnaryExprOrTypeTraitExpr", "OffsetOfExpr", "GCCAsmStmt",
                  "RecordDecl", "TypedefDecl", "EnumDecl"}

Mutant = collections.namedtuple(
    "Mutant", "number file function line before after again")
Table = collections.namedtuple("Table", "file function name layout")


def key_of(mutant):
    """What names a mutant as long as the text around it stays."""
    again = f" ({mutant.again})" if mutant.again > 1 else ""
    return (f"{mutant.file} {mutant.function}: {mutant.before} => "
            f"{mutant.after}{again}")


# --- The syntax tree ---------------------------------------------------------------


def top_level_chunks(text):
    """(JSON text, file in force before it) of each declaration in parser/.

    The dump of a file that includes the intrinsics has 150 MB, nearly all of it
    theirs, which is skipped unread except for the names of files: a place names its
    file only when the place before it was in another.
    """
    file = ""
    begin = text.find("\n    {\n")
    while begin >= 0:
        end = text.find("\n    }", begin)
        first, after = file, file
        ours = in_parser(file)
        at = text.find('"file": "', begin, end)
        while at >= 0:
            stop = text.index('"', at + 9)
            if not text[max(at - 400, 0):at].rstrip().endswith('"includedFrom": {'):
                after = text[at + 9:stop]
                ours = ours or in_parser(after)
            at = text.find('"file": "', stop, end)
        if ours:
            yield text[begin:end + 6], first
        file = after
        begin = text.find("\n    {\n", end)


def in_parser(path):
    """Whether this is a file of parser/ or parser/internal/."""
    return re.search(r"(?:^|/)parser/(?:internal/(?:scan/)?)?[^/]+$",
                     path) is not None


def name_of(path):
    """As files are named here: from parser/ on."""
    return re.sub(r"^(?:.*/)?parser/", "", path)


def parser_sources(root):
    """The files that are mutated: those of parser/ that are compiled into it."""
    folder = root / "parser"
    found = [*folder.glob("*.[ch]"), *folder.glob("internal/**/*.h")]
    return sorted(p for p in found if name_of(str(p)) not in NOT_COMPILED)


def read_tree(root, source):
    """The declarations of one source that stand in parser/; every place has its
    file."""
    dump = subprocess.run(
        ["clang", "-std=c11", "-I.", "-Xclang", "-ast-dump=json",
         "-fsyntax-only", source], cwd=root, check=True, text=True,
        stdin=subprocess.DEVNULL, capture_output=True).stdout
    declarations = []
    for chunk, file in top_level_chunks(dump):
        state = [file]

        def name_file(place, state=state):
            if "offset" in place and "tokLen" in place:
                state[0] = place.setdefault("file", state[0])
            return place

        declarations.append(json.loads(chunk, object_hook=name_file))
    return declarations


# --- Places in the text --------------------------------------------------------------


class Source:
    """One file of parser/: its text and where its directives are."""

    def __init__(self, path):
        self.name = name_of(str(path))
        self.text = path.read_text(encoding="utf-8")
        self.directives = [m.span() for m in re.finditer(
            r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", self.text, re.M)]
        self.line_starts = [0] + [m.end() for m in re.finditer("\n", self.text)]

    def in_directive(self, offset):
        return any(a <= offset < b for a, b in self.directives)

    def line_of(self, offset):
        low, high = 0, len(self.line_starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = ((middle, high) if self.line_starts[middle] <= offset
                         else (low, middle))
        return low + 1

    def invocation_end(self, offset, length):
        """After a macro's name and, if they follow, its arguments."""
        at = offset + length
        if not re.match(r"[ \t]*\(", self.text[at:at + 8]):
            return at
        if self.text[offset:at] in ("true", "false", "NULL"):
            return at
        depth = 0
        for i in range(at, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[i], 0)
            if depth == 0 and self.text[i] == ")":
                return i + 1
        return at


def spot(place, sources):
    """(file, offset, end of the token, whether a macro's own body is meant)."""
    if "expansionLoc" not in place:
        if "offset" not in place:
            return None
        return (place["file"], place["offset"],
                place["offset"] + place["tokLen"], False)
    spelled, expanded = place["spellingLoc"], place["expansionLoc"]
    name = name_of(spelled.get("file", ""))
    if (expanded.get("isMacroArgExpansion") and in_parser(spelled["file"]) and
            name in sources and
            not sources[name].in_directive(spelled["offset"])):
        return (spelled["file"], spelled["offset"],
                spelled["offset"] + spelled["tokLen"], False)
    name = name_of(expanded["file"])
    if name not in sources:
        return None
    end = sources[name].invocation_end(expanded["offset"], expanded["tokLen"])
    return expanded["file"], expanded["offset"], end, True


def range_of(node, sources):
    """(file name, begin, end, inside one macro) or None if not ours."""
    place = node.get("range", {})
    if not place.get("begin") or not place.get("end"):
        return None
    begin, end = spot(place["begin"], sources), spot(place["end"], sources)
    if begin is None or end is None or begin[0] != end[0]:
        return None
    name = name_of(begin[0])
    if not in_parser(begin[0]) or name not in sources or end[2] <= begin[1]:
        return None
    if sources[name].in_directive(begin[1]):
        return None
    inside = begin[3] and end[3] and begin[1] == end[1]
    return name, begin[1], end[2], inside


# --- Mutations ------------------------------------------------------------------------


def is_integer(node):
    kind = node.get("type", {})
    name = kind.get("desugaredQualType", kind.get("qualType", ""))
    return name.replace("const ", "").strip() in INTEGERS


def is_pointer(node):
    kind = node.get("type", {})
    name = kind.get("desugaredQualType", kind.get("qualType", ""))
    return name.rstrip("const ").endswith("*") or name.endswith("]")


def bare(node):
    """Below implicit casts and parentheses."""
    while node.get("kind") in ("ImplicitCastExpr", "ParenExpr"):
        node = node["inner"][0]
    return node


def changed_letter(text, at):
    letter = text[at]
    return text[:at] + ("x" if letter != "x" else "y") + text[at + 1:]


class Finder:
    """Walks one tree; collects edits: {(file, begin, end): [mutated text]}."""

    def __init__(self, sources, edits, functions, tables, touched):
        self.sources = sources
        self.edits = edits
        self.functions = functions
        self.tables = tables
        self.touched = touched
        self.function = ""
        self.returns_bool = False

    def text(self, where):
        return self.sources[where[0]].text[where[1]:where[2]]

    def add(self, node, texts, statement=False):
        where = range_of(node, self.sources)
        if where is None:
            return
        if where[3] and not statement and not self.is_whole_macro(where):
            return
        slot = self.edits.setdefault(where[:3], {})
        for text in texts:
            slot.setdefault(text, statement)
        name = self.function
        if where[0].endswith("_walk.h") or where[0] in LEVEL_FILES:
            name = re.sub(r"_(scalar|sse|avx2|neon)$", "", name)
        self.functions[where[:3]] = name

    def is_whole_macro(self, where):
        return re.fullmatch(r"\w+", self.text(where)) is not None

    def operand_texts(self, node):
        """The two operands' text, and what stands between them."""
        whole = range_of(node, self.sources)
        left = range_of(node["inner"][0], self.sources)
        right = range_of(node["inner"][1], self.sources)
        if None in (whole, left, right) or whole[3]:
            return None
        if not whole[1] <= left[1] < left[2] <= right[1] < right[2] <= whole[2]:
            return None
        return self.text(left), self.text(right)

    def visit(self, node):
        kind = node.get("kind")
        if kind is None or kind in CONSTANT_KINDS:
            return
        if kind == "VarDecl" and node.get("storageClass") == "static":
            return
        if kind == "FunctionDecl":
            self.function = node.get("name", "")
            kept = node.get("type", {}).get("qualType", "")
            self.returns_bool = re.match(r"(bool|_Bool)\b", kept) is not None
        handler = getattr(self, "on_" + kind, None)
        if handler is not None:
            handler(node)
        for child in node.get("inner", []):
            self.visit(child)

    # Expressions.

    def on_BinaryOperator(self, node):
        texts = self.operand_texts(node)
        if texts is None:
            return
        left, right = texts
        op = node["opcode"]
        if op in COMPARISONS:
            self.add(node, [f"{left} {o} {right}" for o in COMPARISONS[op]])
        elif op in OPERATORS:
            pointers = [is_pointer(n) for n in node["inner"][:2]]
            if pointers[1] or (pointers[0] and op not in "+-"):
                return
            self.add(node, [f"({left}) {OPERATORS[op]} ({right})"])

    def on_CompoundAssignOperator(self, node):
        texts = self.operand_texts(node)
        if texts is not None and node["opcode"] in OPERATORS:
            op = OPERATORS[node["opcode"]]
            self.add(node, [f"{texts[0]} {op} ({texts[1]})"])

    def on_UnaryOperator(self, node):
        inner = range_of(node["inner"][0], self.sources)
        if inner is None:
            return
        whole = range_of(node, self.sources)
        taken_away = whole and "(void)0" in self.edits.get(whole[:3], {})
        if (node["opcode"] in ("++", "--", "!", "~") and not inner[3] and
                not taken_away):
            self.add(node, [self.text(inner)])

    def on_IntegerLiteral(self, node):
        self.constant(node)

    on_CharacterLiteral = on_IntegerLiteral

    def on_DeclRefExpr(self, node):
        of = node.get("referencedDecl", {})
        if of.get("kind") == "EnumConstantDecl":
            self.constant(node)
        elif of.get("kind") == "VarDecl" and of.get("name") in self.tables:
            where = range_of(node, self.sources)
            if where is not None and not where[3] and "[" in of["type"]["qualType"]:
                self.edits.setdefault(where[:3], {})
                self.touched[where[:3]] = of["name"]

    def on_ParenExpr(self, node):
        """The value of an object-like macro."""
        where = range_of(node, self.sources)
        if where is not None and where[3] and is_integer(node):
            self.constant(node)

    on_CStyleCastExpr = on_ParenExpr

    def constant(self, node):
        where = range_of(node, self.sources)
        if where is None:
            return
        text = self.text(where)
        if text in ("true", "false"):
            self.add(node, ["false" if text == "true" else "true"])
        elif text != "NULL":
            same = f"(__typeof__({text}))"
            self.add(node, [f"{same}(({text}) + 1)", f"{same}(({text}) - 1)"])

    def on_ImplicitCastExpr(self, node):
        inner = node["inner"][0]
        if (node.get("castKind") == "ArrayToPointerDecay" and
                inner.get("kind") == "StringLiteral"):
            where = range_of(inner, self.sources)
            text = "" if where is None else self.text(where)
            if re.fullmatch(r'"[^"\\]+"', text):
                ends = {1, len(text) - 2}
                self.add(inner, [changed_letter(text, at) for at in sorted(ends)])

    def on_ReturnStmt(self, node):
        if not self.returns_bool or not node.get("inner"):
            return
        where = range_of(node["inner"][0], self.sources)
        if where is not None and self.text(where) not in ("true", "false"):
            self.add(node["inner"][0], ["true", "false"])

    # Conditions.

    def condition(self, node):
        inner = bare(node)
        if inner.get("kind") == "BinaryOperator" and inner["opcode"] in COMPARISONS:
            return
        if inner.get("kind") == "UnaryOperator" and inner["opcode"] == "!":
            return
        where = range_of(node, self.sources)
        if where is not None and not where[3]:
            self.add(node, [f"!({self.text(where)})"])

    def on_IfStmt(self, node):
        self.condition(node["inner"][0])
        for branch in node["inner"][1:]:
            self.statement(branch)

    def on_WhileStmt(self, node):
        self.condition(node["inner"][0])
        self.statement(node["inner"][-1])

    def on_DoStmt(self, node):
        self.condition(node["inner"][1])
        self.statement(node["inner"][0])

    def on_ForStmt(self, node):
        if node["inner"][2].get("kind"):
            self.condition(node["inner"][2])
        self.statement(node["inner"][3])
        self.statement(node["inner"][4])

    def on_ConditionalOperator(self, node):
        self.condition(node["inner"][0])

    def on_SwitchStmt(self, node):
        """Takes one label away: its value goes where no label is."""
        subject = range_of(node["inner"][0], self.sources)
        if subject is None:
            return
        text = self.text(subject)
        labels = []
        self.labels_of(node["inner"][-1], labels)
        self.add(node["inner"][0],
                 [f"({text}) == {label} ? 0x7fffffff : ({text})"
                  for label in labels])

    def labels_of(self, node, labels):
        if node.get("kind") == "CaseStmt":
            where = range_of(node["inner"][0], self.sources)
            if where is not None:
                labels.append(self.text(where))
            self.statement(node["inner"][1])
        elif node.get("kind") == "DefaultStmt":
            self.statement(node["inner"][0])
        if node.get("kind") != "SwitchStmt":
            for child in node.get("inner", []):
                self.labels_of(child, labels)

    # Statements.

    def on_CompoundStmt(self, node):
        for child in node.get("inner", []):
            self.statement(child)

    def statement(self, node):
        """Takes away an assignment, an increment or a call."""
        kind = node.get("kind")
        inner = node
        if kind == "CStyleCastExpr":
            inner = bare(node["inner"][0])
            kind = inner.get("kind")
            if kind != "CallExpr":
                return
        update = (kind in ("CallExpr", "CompoundAssignOperator") or
                  (kind == "BinaryOperator" and inner["opcode"] == "=") or
                  (kind == "UnaryOperator" and inner["opcode"] in ("++", "--")))
        if update:
            self.add(node, ["(void)0"], statement=True)


# --- Tables -----------------------------------------------------------------------------


class Tables:
    """Constants that are data: what registers each table with the runtime."""

    def __init__(self, sources):
        self.sources = sources
        self.records = {}
        self.last_record = []
        self.found = {}
        self.names = set()

    def visit(self, node, function=""):
        kind = node.get("kind")
        if kind == "FunctionDecl":
            function = node.get("name", "")
        if kind == "RecordDecl":
            fields = [(f["name"], f["type"]["qualType"])
                      for f in node.get("inner", []) if f["kind"] == "FieldDecl"]
            self.last_record = fields
        elif kind == "TypedefDecl":
            self.records[node["name"]] = self.last_record
        elif kind == "VarDecl" and node.get("init"):
            self.table(node, function)
        for child in node.get("inner", []):
            self.visit(child, function)

    def table(self, node, function):
        if function and node.get("storageClass") != "static":
            return
        where = range_of(node, self.sources)
        if where is None or where[:2] in self.found:
            return
        name = node["name"]
        kind = node["type"]["qualType"].replace("const ", "")
        element = kind.split("[")[0].strip()
        cell = f"(&{name})[0]" if "[" not in kind else f"{name}[0]"
        rows = f"sizeof {name} / sizeof({cell})"
        layouts = []
        if element in self.records or "struct" in element:
            for field, of in self.records.get(element, self.last_record):
                inner = f"({cell}).{field}"
                width = f"sizeof({inner}[0])" if "[" in of else f"sizeof({inner})"
                layouts.append((
                    f"{name}.{field}", rows, f"sizeof({cell})",
                    f"__builtin_offsetof(__typeof__({cell}), {field})",
                    "1" if of.startswith(("char", "const char"))
                    else f"sizeof({inner}) / {width}", width,
                    "H1_POINTERS" if "*" in of
                    else "H1_USED" if "[" in of else "H1_ALL"))
        elif kind.count("[") == 2:
            layouts.append((name, rows, f"sizeof({cell})", "0",
                            f"sizeof({cell})", "1", "H1_USED"))
        else:
            layouts.append((name, rows, f"sizeof({cell})", "0", "1",
                            f"sizeof({cell})",
                            "H1_USED" if element == "char" else "H1_ALL"))
        self.found[where[:2]] = (where, function, name, layouts)
        self.names.add(name)


def registration(file, function, layouts, name, places):
    calls = "".join(
        f'h1_table_add("{file}", "{function or "-"}", "{label}", &{name}, '
        f"{rows}, {stride}, {offset}, {cells}, {width}, {what}, "
        + (f"{places[name]}" if "[0]" in stride and "&" not in stride else "-1")
        + ");"
        for label, rows, stride, offset, cells, width, what in layouts)
    return calls


# --- Rewriting ----------------------------------------------------------------------------


class Node:
    """A rewritten stretch of text and those inside it."""

    def __init__(self, where):
        self.where = where
        self.children = []
        self.mutants = []
        self.table = None


def nest(places):
    """Trees of the stretches of one file; none overlap by half."""
    roots, stack = [], []
    for where in sorted(places, key=lambda w: (w[1], -w[2])):
        node = Node(where)
        while stack and stack[-1].where[2] < where[2]:
            stack.pop()
        while stack and stack[-1].where[2] <= where[1]:
            stack.pop()
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)
    return roots


def render(node, text):
    inside = splice(node.children, text, node.where[1], node.where[2])
    if node.table is not None:
        return f"H1_TABLE({node.table}, {inside})"
    tests = "".join(
        f"H1_M({number}) ? {'(void)0' if gone else f'({mutated})'} : "
        for number, mutated, gone in node.mutants)
    if any(gone for _, _, gone in node.mutants):
        kept = "".join(f"H1_M({number}) ? (void)({mutated}) : "
                       if not gone else f"H1_M({number}) ? (void)0 : "
                       for number, mutated, gone in node.mutants)
        return f"({kept}(void)({inside}))"
    return f"({tests}({inside}))"


def splice(nodes, text, begin, end):
    parts, at = [], begin
    for node in nodes:
        parts.append(text[at:node.where[1]])
        parts.append(render(node, text))
        at = node.where[2]
    return "".join(parts) + text[at:end]


def shown(source, where):
    """The line with the stretch between accents, or the stretch alone."""
    text = source.text[where[1]:where[2]]
    line = source.line_of(where[1])
    first = source.line_starts[line - 1]
    last = source.text.find("\n", where[1])
    if where[2] > last:
        return "`" + " ".join(text.split()) + "`"
    before, after = source.text[first:where[1]], source.text[where[2]:last]
    return " ".join((before.lstrip() + "`" + text + "`" + after).split())


def label(text, original):
    """A mutation as told: what is said of types is noise."""
    if text == "(void)0":
        return "nothing"
    again = re.fullmatch(r"\(__typeof__\(.*?\)\)\(\((.*)\) ([+-]) 1\)", text, re.S)
    if again:
        return f"{again.group(1)} {again.group(2)} 1"
    gone = re.match(r"\(.*\) == (.*) \? 0x7fffffff : ", text, re.S)
    if gone:
        return "no case " + " ".join(gone.group(1).split())
    return " ".join(text.split())


def rewrite(root, folder):
    """Writes folder/parser/ and returns (mutants, how many places are noted)."""
    sources = {source.name: source
               for source in map(Source, parser_sources(root))}
    edits, functions, touched = {}, {}, {}
    tables = Tables(sources)
    trees = [read_tree(root, "parser/" + name) for name in sorted(sources)
             if name.endswith(".c")]
    for tree in trees:
        for declaration in tree:
            tables.visit(declaration)
    finder = Finder(sources, edits, functions, tables.names, touched)
    for tree in trees:
        for declaration in tree:
            if declaration.get("kind") == "FunctionDecl":
                finder.visit(declaration)
    mutants, roots = [], {}
    for name, source in sources.items():
        roots[name] = nest([w for w in edits if w[0] == name])
        number_all(roots[name], source, edits, functions, mutants)
    places = {name: len(mutants) + i for i, name in enumerate(sorted(tables.names))}
    target = folder / "parser"
    (target / "internal/scan").mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        inserted = [t for t in tables.found.values() if t[0][0] == name]
        touch_all(roots[name], touched, places)
        text = with_tables(source, roots[name], inserted, places)
        (target / name).write_text(text, encoding="utf-8")
    return mutants, len(mutants) + len(places)


def touch_all(nodes, touched, places):
    for node in nodes:
        if node.where in touched:
            node.table = places[touched[node.where]]
        touch_all(node.children, touched, places)


def number_all(nodes, source, edits, functions, mutants):
    counts = collections.Counter((m.file, m.function, m.before, m.after)
                                 for m in mutants)
    todo = list(nodes)
    while todo:
        node = todo.pop(0)
        original = source.text[node.where[1]:node.where[2]]
        before = shown(source, node.where)
        for text, gone in edits[node.where].items():
            what = (source.name, functions[node.where], before,
                    label(text, original))
            counts[what] += 1
            number = len(mutants)
            mutants.append(Mutant(number, what[0], what[1],
                                  source.line_of(node.where[1]), what[2], what[3],
                                  counts[what]))
            node.mutants.append((number, text, gone))
        todo = node.children + todo


def unfolded(table):
    """A table that the compiler may not take for what it is written as: not
    constant, for whatever got its address might change it."""
    return re.sub(r"\A(static )const |\A(const static )", r"static ", table)


def with_tables(source, roots, inserted, places):
    """The rewritten text, each table registered after its declaration."""
    pieces, at, left = [], 0, sorted(inserted, key=lambda t: t[0][1])
    for where, function, name, layouts in left:
        end = source.text.index(";", where[2] - 1) + 1
        pieces.append((at, where[1], end))
        at = end
    pieces.append((at, len(source.text), len(source.text)))
    out = []
    for i, (begin, table, end) in enumerate(pieces):
        mine = [n for n in roots if begin <= n.where[1] and n.where[2] <= table]
        out.append(splice(mine, source.text, begin, table))
        out.append(unfolded(source.text[table:end]))
        if i < len(left):
            where, function, name, layouts = left[i]
            calls = registration(source.name, function, layouts, name, places)
            if function:
                out.append(f" do {{ static int h1_known; if (!h1_known) {{ "
                           f"h1_known = 1; {calls} }} }} while (0);")
            else:
                out.append(f"\n__attribute__((constructor)) static void "
                           f"h1_register_{name}(void) {{ {calls} }}")
    return "".join(out)
