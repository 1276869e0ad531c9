"""One fuzz target: a fuzzer, and plain tests that replay what is known.

fuzz_target(name = "request", srcs = ["targets/request_fuzz.c"], deps = [...])
defines

  request_fuzz    the fuzzer (tags: fuzz, manual), which builds and runs with
                    bazel run --config=fuzz //fuzz:request_fuzz -- -max_total_time=60
                  It starts from the corpus; what it adds and the crashes it
                  finds land in its runfiles folder, not in the source tree.
  request_replay  a test that shows the harness every file of the corpus, once
                  in a block of its exact size and once ending at an unreadable
                  page. No file at all is a failure.

and for a harness that says what its input is (fuzz_shape in engine/harness.h)

  request_work    a test of the work law (engine/work.h) over the corpus,
                  mutations of it and the same messages stretched; everything
                  it links is compiled again so that it counts. The fuzzer
                  itself cannot count: libFuzzer has the compiler increment
                  counters of its own, eight bits wide, at the same edges. It
                  gets the mutations.

Files belong to a target by their place: corpus/request/ (minimised seeds),
regression/request/ (one named file for each bug). All share
dictionaries/http.dict.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//tools:copts.bzl", "CXX_COPTS", "C_COPTS")

# What judges the codecs is neither what the fuzzer should look for new ways
# through (a run then takes two to five times as long) nor what is counted.
LAWS_COPTS = select({
    "//fuzz:counting": [
        "-O2",
        "-fno-sanitize-coverage=trace-pc",
    ],
    "//fuzz:fuzzing": ["-fno-sanitize=fuzzer-no-link"],
    "//conditions:default": [],
})

# Both compilers know trace-pc. Without optimisation beyond -O1 a loop is not
# unrolled or turned into vectors, so that a byte is an edge; the checked
# variants of libc functions would bypass what counts them.
_COUNTING = [
    "-O1",
    "-U_FORTIFY_SOURCE",
    "-fsanitize-coverage=trace-pc",
]

_CONLYOPT = "//command_line_option:conlyopt"

def _counting_impl(settings, _attr):
    return {_CONLYOPT: settings[_CONLYOPT] + _COUNTING}

_counting = transition(
    implementation = _counting_impl,
    inputs = [_CONLYOPT],
    outputs = [_CONLYOPT],
)

def _counting_test_impl(ctx):
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = ctx.executable.binary,
        is_executable = True,
    )
    return [DefaultInfo(
        executable = executable,
        runfiles = ctx.runfiles(files = ctx.files.data),
    )]

_counting_test = rule(
    implementation = _counting_test_impl,
    doc = "Runs a binary that is compiled so that it counts its work.",
    attrs = {
        "binary": attr.label(cfg = _counting, executable = True, mandatory = True),
        "data": attr.label_list(allow_files = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    test = True,
)

# The calls that work_count.c counts.
_LEAVES = ["memcpy", "memmove", "memset", "memchr", "memcmp", "bcmp"]

def _work_test(name, folders, seeds):
    cc_binary(
        name = name + "_work_binary",
        testonly = True,
        linkopts = ["-Wl,--wrap=" + leaf for leaf in _LEAVES],
        tags = ["manual"],
        deps = [name + "_harness", "//fuzz/engine:work_main"],
    )
    _counting_test(
        name = name + "_work",
        testonly = True,
        size = "small",
        args = folders,
        binary = name + "_work_binary",
        data = seeds,
    )

def fuzz_target(name, srcs, deps = [], copts = [], size = "small", work = False, **kwargs):
    """Defines NAME_fuzz, NAME_replay and NAME_work from one harness.

    Args:
      name: of the target and of its corpus folders.
      srcs: the harness: C or C++, not both; it defines LLVMFuzzerTestOneInput.
      deps: what the harness calls.
      copts: beyond those every source of this project gets.
      size: of the replay test.
      work: the harness asserts the work law and defines fuzz_shape_of_input.
      **kwargs: for the replay test, e.g. data or tags.
    """
    language = C_COPTS if srcs[0].endswith(".c") else CXX_COPTS
    seeds = native.glob(
        ["corpus/%s/**" % name, "regression/%s/**" % name],
        allow_empty = True,
    )
    dictionaries = ["dictionaries/http.dict"]
    folder = native.package_name()
    folders = ["%s/%s/%s" % (folder, kind, name) for kind in ["corpus", "regression"]]

    cc_library(
        name = name + "_harness",
        testonly = True,
        srcs = srcs,
        copts = language + LAWS_COPTS + copts,
        deps = deps,
        alwayslink = True,
    )
    cc_binary(
        name = name + "_fuzz",
        testonly = True,
        args = ["-dict=%s/%s" % (folder, d) for d in dictionaries] +
               ["%s/corpus/%s" % (folder, name)],
        data = seeds + dictionaries,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["fuzz", "manual"],
        deps = [name + "_harness"] + (["//fuzz/engine:mutator"] if work else []),
    )
    cc_test(
        name = name + "_replay",
        size = size,
        args = folders,
        data = seeds + kwargs.pop("data", []),
        deps = [name + "_harness", "//fuzz/engine:replay_main"],
        **kwargs
    )
    if work:
        _work_test(name, folders, seeds)
