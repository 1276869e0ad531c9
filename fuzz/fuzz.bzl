"""One fuzz target: a fuzzer, and a plain test that replays what is known.

fuzz_target(name = "request", srcs = ["request.c"], deps = [...]) defines

  request_fuzz    the fuzzer (tags: fuzz, manual), which builds and runs with
                    bazel run --config=fuzz //fuzz:request_fuzz -- -max_total_time=60
                  It starts from the corpus; what it adds and the crashes it
                  finds land in its runfiles folder, not in the source tree.
  request_replay  a test that shows the harness every file of the corpus, once
                  in a block of its exact size and once ending at an unreadable
                  page. No file at all is a failure.

Files belong to a target by their place: corpus/request/ (minimised seeds),
regression/request/ (one named file for each bug). All share http.dict.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//tools:copts.bzl", "CXX_COPTS", "C_COPTS")

def fuzz_target(name, srcs, deps = [], copts = [], size = "small", **kwargs):
    """Defines NAME_fuzz and NAME_replay from one harness.

    Args:
      name: of the target and of its corpus folders.
      srcs: the harness: C or C++, not both; it defines LLVMFuzzerTestOneInput.
      deps: what the harness calls.
      copts: beyond those every source of this project gets.
      size: of the replay test.
      **kwargs: for the replay test, e.g. data or tags.
    """
    language = C_COPTS if srcs[0].endswith(".c") else CXX_COPTS
    seeds = native.glob(
        ["corpus/%s/**" % name, "regression/%s/**" % name],
        allow_empty = True,
    )
    dictionaries = ["http.dict"]
    folder = native.package_name()

    cc_library(
        name = name + "_harness",
        testonly = True,
        srcs = srcs,
        copts = language + copts,
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
        deps = [name + "_harness"],
    )
    cc_test(
        name = name + "_replay",
        size = size,
        args = ["%s/%s/%s" % (folder, kind, name) for kind in ["corpus", "regression"]],
        data = seeds + kwargs.pop("data", []),
        deps = [name + "_harness", "//fuzz:replay_main"],
        **kwargs
    )
