// Request targets: RFC 9112 3.2 and RFC 3986.
#include "tests/attacks/table_build.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

void AddForms(Table* t) {
  t->Refuse("userinfo hides the host", "RFC 9110 4.2.4",
            WithTarget("http://a@evil/"), "target_authority");
  t->Refuse("userinfo with a password", "RFC 9110 4.2.4",
            WithTarget("http://a:80@evil/"), "target_authority");
  t->Refuse("an at sign in place of a path", "CVE-2011-3368",
            WithTarget("@evil/"), "target_form");
  t->Refuse("an absolute target without host", "RFC 9110 4.2.1",
            WithTarget("http:///x"), "target_authority");
  t->Refuse("a scheme that is not ours", "RFC 9110 4.2", WithTarget("ftp://a/"),
            "target_form");
  t->Refuse("a file", "RFC 9110 4.2", WithTarget("file:///etc/passwd"),
            "target_form");
  t->Refuse("a script", "RFC 9110 4.2", WithTarget("javascript://a/%0aalert()"),
            "target_form");
  t->Refuse("an authority for GET", "RFC 9112 3.2.3", WithTarget("a:80"),
            "target_form");
  t->Refuse("an asterisk for GET", "RFC 9112 3.2.4", WithTarget("*"),
            "target_form");
  t->Refuse("a relative path", "RFC 9112 3.2", WithTarget("index.html"),
            "target_form");
  t->Refuse("a query alone", "RFC 9112 3.2", WithTarget("?x=/"), "target_form");
  t->Refuse("a port that is none", "RFC 9110 4.2.1",
            WithTarget("http://a:80x/"), "target_authority");
  t->Refuse("a port beyond 65535", "RFC 3986 3.2.3",
            WithTarget("http://a:99999/"), "target_authority");
  t->Serve("the absolute target's host replaces Host", "RFC 9112 3.2.2",
           WithTarget("http://b/"));
  t->Refuse("an absolute target needs a Host all the same", "RFC 9112 3.2.2",
            "GET http://a/ HTTP/1.1\r\n\r\n", "host_missing");
  t->Refuse("an absolute target and two Hosts", "RFC 9112 3.2",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "host_repeated");
  t->Refuse("a fragment", "CVE-2023-45539", WithTarget("/a#b.html"),
            "target_invalid");
  t->Refuse("a fragment in the query", "CVE-2023-45539", WithTarget("/?a#b"),
            "target_invalid");
  t->Refuse("bytes beyond ASCII", "RFC 9112 3.2", WithTarget("/\xC3\xA9"),
            "target_invalid");
  t->Refuse("a target over its limit", "RFC 9110 15.5.15",
            WithTarget(StrCat("/?", string(8191, 'a'))), "target_too_long",
            414);
  t->Serve("a target at its limit", "RFC 9112 3",
           WithTarget(StrCat("/?", string(8190, 'a'))));
}

void AddPaths(Table* t) {
  for (const char* path :
       {"/..", "/../etc/passwd", "/static/../../etc/passwd", "/%2e%2e/x",
        "/.%2e/x", "/%2E./x", "/static/.%2e/.%2e/etc/passwd",
        "/icons/.%2e/%2e%2e/%2e%2e/etc/passwd", "/a/../../b",
        "http://a/../x"}) {
    t->Refuse(StrCat("climbs above the root: ", path), "CVE-2021-41773",
              WithTarget(path), "path_above_root");
  }
  t->Refuse("double encoding with a broken first layer", "CVE-2021-42013",
            WithTarget("/static/%%32%65%%32%65/etc/passwd"), "path_encoding");
  for (const char* path : {"/static/%252e%252e/secret", "/static/..%252fsecret",
                           "/static/%25%32%65%25%32%65/secret"}) {
    t->Deny(StrCat("decoded once, not twice: ", path), "CVE-2001-0333",
            WithTarget(path), "not_found", 404);
  }
  for (const char* path :
       {"/static/..%c0%afsecret", "/static/%c0%ae%c0%ae/secret",
        "/static/..%c1%9csecret", "/static/%e0%80%ae%e0%80%ae/secret"}) {
    t->Deny(StrCat("overlong UTF-8 is no slash or dot: ", path),
            "CVE-2000-0884", WithTarget(path), "not_found", 404);
  }
  for (const char* path : {"/static/..%2fsecret", "/static/..%2F..%2Fsecret",
                           "/static/%2e%2e%2fsecret", "/%2fetc%2fpasswd"}) {
    t->Deny(StrCat("an encoded slash separates nothing: ", path),
            "CVE-2021-41773", WithTarget(path), "not_found", 404);
  }
  t->Deny("the prefix of a route without its slash", "CVE-2018-19052",
          WithTarget("/static../secret"), "not_found", 404);
  for (const char* path :
       {"/static/..\\secret", "/static/..%5csecret", "/\\evil", "/%5Cevil"}) {
    t->Refuse(StrCat("a backslash is no separator: ", path), "CVE-2007-0450",
              WithTarget(path), "path_backslash");
  }
  for (const char* path : {"/a.html%00.txt", "/%00", "/static/%00/x"}) {
    t->Refuse(StrCat("an encoded NUL ends no name: ", path), "CVE-2013-4547",
              WithTarget(path), "path_control");
  }
  for (const char* path : {"/%0d%0aX:%20y", "/%0aX", "/static/%0D%0A/"}) {
    t->Refuse(StrCat("encoded line ends make no field: ", path),
              "CVE-2016-1133", WithTarget(path), "path_control");
  }
  for (const char* path : {"/%", "/%4", "/%zz", "/%u002e%u002e/", "/%-1"}) {
    t->Refuse(StrCat("broken encoding: ", path), "RFC 3986 2.1",
              WithTarget(path), "path_encoding");
  }
  t->Deny("a network-path reference stays a path", "RFC 3986 4.2",
          WithTarget("//evil/"), "not_found", 404);
  t->Deny("a parameter hides no dot segment", "CVE-2007-0450",
          WithTarget("/static/..;/secret"), "not_found", 404);
}

}  // namespace

std::vector<Attack> TargetAttacks() {
  Table t;
  AddForms(&t);
  AddPaths(&t);
  return t.Take();
}

}  // namespace h1_test
