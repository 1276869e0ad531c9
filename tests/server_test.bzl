"""A black-box test: it starts the real server and speaks to it over sockets.

H1_HTTPD_BINARY in the environment names another binary to test.
"""

load("@rules_cc//cc:defs.bzl", "cc_test")
load("//tools:copts.bzl", "CXX_COPTS")

def server_test(name, srcs = None, data = [], deps = [], tags = []):
    """Defines a test of the server.

    Args:
      name: of the test, and of its source unless `srcs` says otherwise.
      srcs: its sources.
      data: what it reads beside the server.
      deps: what it needs beside tests/support.
      tags: as of any test.
    """
    cc_test(
        name = name,
        size = "medium",
        srcs = srcs or [name + ".cc"],
        copts = CXX_COPTS,
        tags = tags,
        data = ["//server:httpd"] + data,
        deps = [
            "//tests/support",
            "@abseil-cpp//absl/strings",
            "@googletest//:gtest",
        ] + deps,
    )
