"""Compiles C libraries as plain as possible, for tests that read the result.

Hardening and sanitizers add calls to libc and to their runtimes, so what a
library itself needs can only be read from objects without them. An aspect finds
the sources of each library and of all it depends on; whatever the build's
configuration, it compiles them with flags of its own:

  NAME.o    -O2, as it ships: undefined symbols and writable sections
  NAME.s    -O0, where every call of the source is still a call: the call graph
  NAME.opt  -O2, the assembly: which calls are left
  NAME.su   -O2, the stack that each function uses
"""

PlainObjectsInfo = provider(
    doc = "What a library and those below it compile to.",
    fields = {"files": "depset of .o, .s, .opt and .su files"},
)

_FLAGS = " ".join([
    "-std=c11",
    "-w",
    "-fno-pic",
    "-fno-stack-protector",
    "-U_FORTIFY_SOURCE",
    "-fno-asynchronous-unwind-tables",
    "-fno-jump-tables",
])

def _compile(ctx, source, headers, suffixes, mode):
    """The first suffix is that of the file named to the compiler."""
    outs = [
        ctx.actions.declare_file(
            "%s.plain/%s%s" % (ctx.label.name, source.basename, suffix),
        )
        for suffix in suffixes
    ]
    ctx.actions.run_shell(
        inputs = depset([source], transitive = [headers]),
        outputs = outs,
        command = "exec ${CC:-cc} %s %s -I. -o \"$2\" \"$1\"" % (_FLAGS, mode),
        arguments = [source.path, outs[0].path],
        mnemonic = "PlainCompile",
        use_default_shell_env = True,
    )
    return outs

def _plain_objects_aspect_impl(target, ctx):
    headers = target[CcInfo].compilation_context.headers
    private = [f for f in ctx.rule.files.srcs if f.extension == "h"]
    inputs = depset(private, transitive = [headers])
    files = []
    for source in ctx.rule.files.srcs:
        if source.extension == "c":
            files += _compile(ctx, source, inputs, [".o"], "-O2 -c")
            files += _compile(ctx, source, inputs, [".s"], "-O0 -S")
            files += _compile(
                ctx,
                source,
                inputs,
                [".opt", ".su"],
                "-O2 -S -fstack-usage",
            )
    below = [dep[PlainObjectsInfo].files for dep in ctx.rule.attr.deps]
    return [PlainObjectsInfo(files = depset(files, transitive = below))]

_plain_objects_aspect = aspect(
    implementation = _plain_objects_aspect_impl,
    attr_aspects = ["deps"],
)

def _plain_objects_impl(ctx):
    files = depset(transitive = [lib[PlainObjectsInfo].files for lib in ctx.attr.libraries])
    return [DefaultInfo(
        files = files,
        runfiles = ctx.runfiles(transitive_files = files),
    )]

plain_objects = rule(
    implementation = _plain_objects_impl,
    doc = "All objects of these libraries and of those they depend on.",
    attrs = {
        "libraries": attr.label_list(
            aspects = [_plain_objects_aspect],
            providers = [CcInfo],
        ),
    },
)
