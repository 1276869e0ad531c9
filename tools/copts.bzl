"""Language standard and warnings of our own C and C++ sources.

Only what is true of the source is listed here. Optimisation, hardening and
"a warning is an error" are decisions of whoever builds and stand in .bazelrc:
a project that depends on @h1 must not fail to build because its compiler is
newer than ours and knows one more warning.
"""

_WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Wvla",
    "-Wformat=2",
    "-Wundef",
]

C_COPTS = ["-std=c11"] + _WARNINGS + [
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
]

CXX_COPTS = ["-std=c++17"] + _WARNINGS
