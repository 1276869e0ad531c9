"""Abseil as Debian's libabsl-dev installs it, under Abseil's own labels."""

# Archives of absl/strings, users before what they use, because the linker
# reads archives once and in order.
_ARCHIVES = [
    "str_format_internal",
    "cord",
    "cordz_info",
    "cord_internal",
    "cordz_functions",
    "cordz_handle",
    "strings",
    "strings_internal",
    "throw_delegate",
    "synchronization",
    "stacktrace",
    "symbolize",
    "debugging_internal",
    "demangle_internal",
    "malloc_internal",
    "time",
    "civil_time",
    "time_zone",
    "base",
    "spinlock_wait",
    "int128",
    "raw_logging_internal",
    "log_severity",
]

# Package of the label -> library names that our tests may use.
_LIBRARIES = {
    "absl/strings": ["strings", "str_format", "string_view"],
    "absl/types": ["optional", "span", "variant"],
    "absl/time": ["time"],
    "absl/synchronization": ["synchronization"],
}

_ROOT_BUILD = """load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

cc_library(
    name = "absl",
    testonly = True,
    srcs = {archives},
    hdrs = glob(["include/absl/**/*.h", "include/absl/**/*.inc"]),
    linkopts = ["-pthread"],
    includes = ["include"],
)
"""

_ALIAS = """alias(
    name = "{name}",
    actual = "//:absl",
    testonly = True,
    visibility = ["//visibility:public"],
)
"""

def _library_folder(ctx):
    """Finds the multi-architecture folder, whatever the machine is."""
    for folder in ctx.path("/usr/lib").readdir():
        if folder.get_child("libabsl_strings.a").exists:
            return folder
    return None

def _system_abseil_impl(ctx):
    headers = ctx.path("/usr/include/absl")
    folder = _library_folder(ctx)
    if folder == None or not headers.exists:
        fail("Abseil is missing: apt-get install libabsl-dev")
    ctx.symlink(headers, "include/absl")

    archives = []
    for name in _ARCHIVES:
        archive = "libabsl_%s.a" % name
        if folder.get_child(archive).exists:
            ctx.symlink(folder.get_child(archive), archive)
            archives.append(archive)

    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    ctx.file("BUILD", _ROOT_BUILD.format(archives = repr(archives)))
    for package, names in _LIBRARIES.items():
        aliases = [_ALIAS.format(name = name) for name in names]
        ctx.file(package + "/BUILD", "\n".join(aliases))

system_abseil = repository_rule(
    implementation = _system_abseil_impl,
    local = True,
)
