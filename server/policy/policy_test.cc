// Rules, from options to what they say of a path.
#include "server/policy/policy.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

std::string Text(h1_slice s) {
  return std::string(reinterpret_cast<const char*>(s.ptr), s.len);
}

class Policy {
 public:
  explicit Policy(std::vector<std::string> options, size_t memory = 1 << 20)
      : memory_(memory) {
    auto config = std::make_unique<h1_config>();
    options.insert(options.begin(), "httpd");
    std::vector<char*> argv;
    for (std::string& o : options) argv.push_back(o.data());
    char* env[] = {nullptr};
    char message[H1_CONFIG_MESSAGE_BYTES];
    EXPECT_EQ(h1_config_load(config.get(), static_cast<int>(argv.size()),
                             argv.data(), env, nullptr, "/root", message),
              H1_CONFIG_OK)
        << message;
    h1_arena arena = {memory_.data(), memory_.size(), 0};
    char why[256] = "";
    built = h1_policy_build(&p, config.get(), &arena, why);
    message_ = why;
  }

  std::string Cache(const std::string& path) {
    return Text(h1_policy_cache_control(&p, Slice(path)));
  }
  // "STATUS LOCATION", or "none".
  std::string Redirect(const std::string& path, const std::string& query = "",
                       size_t room = 2048) {
    const h1_policy_redirect* r = h1_policy_find_redirect(&p, Slice(path));
    if (r == nullptr) return "none";
    std::vector<uint8_t> bytes(room);
    h1_slice out;
    if (!h1_policy_location(r, Slice(path), Slice(query),
                            {bytes.data(), bytes.size()}, &out)) {
      return "no room";
    }
    return std::to_string(r->status) + " " + Text(out);
  }
  // Name, '=' and value of each rule that holds, or "-Name".
  std::string Headers(const std::string& path) {
    const h1_policy_header* found[H1_POLICY_HEADERS_MAX];
    const size_t n = h1_policy_find_headers(&p, Slice(path), found);
    std::string out;
    for (size_t i = 0; i < n; i++) {
      out += i == 0 ? "" : " ";
      out += found[i]->removes
                 ? "-" + Text(found[i]->name)
                 : Text(found[i]->name) + "=" + Text(found[i]->value);
    }
    return out;
  }

  h1_policy p;
  bool built = false;
  std::string message_;

 private:
  std::vector<uint8_t> memory_;
};

TEST(Policy, CacheControlIsNoCacheUnlessTheFirstRuleSaysOtherwise) {
  Policy p({"--cache-control=/assets/**=public, max-age=31536000, immutable",
            "--cache-control=/assets/x=private", "--cache-control=/old/*="});
  EXPECT_EQ(p.Cache("/assets/x"),
            "Cache-Control: public, max-age=31536000, immutable\r\n");
  EXPECT_EQ(p.Cache("/old/a"), "");
  EXPECT_EQ(p.Cache("/old/a/b"), "Cache-Control: no-cache\r\n");
  EXPECT_EQ(Policy({}).Cache("/"), "Cache-Control: no-cache\r\n");
}

TEST(Policy, HeadersAreDecidedByNameInAnyCase) {
  Policy p({"--header=/embed/** -X-Frame-Options",
            "--header=/** x-frame-options: DENY", "--header=/** X-A: b",
            "--header=/a x-a: never"});
  EXPECT_EQ(p.Headers("/a"), "x-frame-options=DENY X-A=b");
  EXPECT_EQ(p.Headers("/embed/x"), "-X-Frame-Options X-A=b");
}

TEST(Policy, RedirectsByTheFirstRuleThatMatches) {
  Policy p({"--redirect=/a=/b", "--redirect=/a=/never=301",
            "--redirect=/c=https://d.example/e=308"});
  EXPECT_EQ(p.Redirect("/a"), "302 /b");
  EXPECT_EQ(p.Redirect("/c"), "308 https://d.example/e");
  EXPECT_EQ(p.Redirect("/d"), "none");
}

TEST(Policy, TheRestIsEncodedAnew) {
  Policy p({"--redirect=/old/**=/new/{rest}",
            "--redirect=/b/*=https://c.example/{rest}.html"});
  EXPECT_EQ(p.Redirect("/old/"), "302 /new/");
  EXPECT_EQ(p.Redirect("/old/a/b c"), "302 /new/a/b%20c");
  EXPECT_EQ(p.Redirect("/old/\r\nX: y\x7f\xc3\xa4?#%"),
            "302 /new/%0D%0AX%3A%20y%7F%C3%A4%3F%23%25");
  EXPECT_EQ(p.Redirect(std::string("/old/a\0b", 8)), "302 /new/a%2Fb");
  EXPECT_EQ(p.Redirect("/b/x@evil.example"),
            "302 https://c.example/x%40evil.example.html");
}

TEST(Policy, NoPathMakesAnotherHostOfIt) {
  Policy p({"--redirect=/x/**=/{rest}", "--redirect=/y/*=/{rest}/z",
            "--redirect=/w/**=https://a.example/{rest}"});
  EXPECT_EQ(p.Redirect("/x//evil.example/"), "302 /evil.example/");
  EXPECT_EQ(p.Redirect("/x////evil.example"), "302 /evil.example");
  EXPECT_EQ(p.Redirect("/y/"), "302 /z");
  EXPECT_EQ(p.Redirect(std::string("/x/\0evil.example", 16)),
            "302 /%2Fevil.example");
  EXPECT_EQ(p.Redirect("/w//evil.example"),
            "302 https://a.example//evil.example");
}

TEST(Policy, AQueryIsPassedOnUnlessTheRuleHasOne) {
  Policy p({"--redirect=/a=/b", "--redirect=/c=/d?e%3Df%3dg",
            "--redirect=/h=/i#j", "--redirect=/k/*=/l?m%3D{rest}",
            "--redirect=/n/*=/o#p{rest}"});
  EXPECT_EQ(p.Redirect("/a", "x=y"), "302 /b?x=y");
  EXPECT_EQ(p.Redirect("/c", "x=y"), "302 /d?e=f=g");
  EXPECT_EQ(p.Redirect("/h", "x=y"), "302 /i?x=y#j");
  EXPECT_EQ(p.Redirect("/h"), "302 /i#j");
  EXPECT_EQ(p.Redirect("/k/a&b", "x=y"), "302 /l?m=a%26b");
  EXPECT_EQ(p.Redirect("/n/a", "x=y"), "302 /o#pa");
}

TEST(Policy, ALocationNeverOverrunsItsRoom) {
  Policy p({"--redirect=/a/**=/b/{rest}#c"});
  const std::string path = "/a/x y" + std::string("\0", 1) + "z";
  const std::string whole = p.Redirect(path, "q=1");
  EXPECT_EQ(whole, "302 /b/x%20y%2Fz?q=1#c");
  for (size_t room = 0; room < whole.size() - 4; room++) {
    EXPECT_EQ(p.Redirect(path, "q=1", room), "no room") << room;
  }
  EXPECT_EQ(p.Redirect(path, "q=1", whole.size() - 4), whole);
}

TEST(Policy, RedirectsThatNeverEndAreRefused) {
  const struct {
    std::vector<std::string> rules;
    bool ends;
  } cases[] = {
      {{"/a=/b", "/b=/c", "/c=/d"}, true},
      {{"/a=/b", "/b=/a"}, false},
      {{"/a=/b", "/b=/c", "/c=/b?x"}, false},
      {{"/a=/%62", "/b=/a#f"}, false},
      {{"/a=/b", "/b=http://h/a"}, true},
      {{"/a/**=/b/{rest}", "/b/**=/a/{rest}"}, false},
      {{"/a/**=/b/a/{rest}", "/b/**=/{rest}"}, false},
      {{"/a/**=/b/{rest}", "/b/**=/c/{rest}"}, true},
      {{"/a=/b/x", "/b/*=/b", "/b=/d"}, true},
      {{"/a=/b", "/b=/_health"}, true},
      {{"/b=/c", "/a=/b", "/b=/a"}, true},  // the first rule counts
      {{"/a=/b/1", "/b/**=/c/{rest}y", "/c/*=/b/{rest}x"}, false},
  };
  for (const auto& c : cases) {
    std::vector<std::string> options;
    for (const std::string& rule : c.rules) {
      options.push_back("--redirect=" + rule);
    }
    const Policy p(options);
    EXPECT_EQ(p.built, c.ends) << options[0];
    EXPECT_EQ(p.message_.find("50 times and more") != std::string::npos,
              !c.ends)
        << p.message_;
  }
  // As many rules as one likes, and a way as long as anyone goes.
  std::vector<std::string> chain;
  for (int i = 0; i < 40; i++) {
    chain.push_back("--redirect=/" + std::to_string(i) + "=/" +
                    std::to_string(i + 1));
  }
  EXPECT_TRUE(Policy(chain).built);
  // It would end, where no browser goes: nothing is said of that.
  for (int i = 40; i < 60; i++) {
    chain.push_back("--redirect=/" + std::to_string(i) + "=/" +
                    std::to_string(i + 1));
  }
  const Policy long_way(chain);
  EXPECT_FALSE(long_way.built);
  EXPECT_EQ(long_way.message_.find("for ever"), std::string::npos)
      << long_way.message_;
}

TEST(Policy, HeadersAreLimitedInNumberAndSize) {
  std::vector<std::string> options(64, "--header=/** X-A: b");
  EXPECT_TRUE(Policy(options).built);
  options.push_back(options[0]);
  Policy many(options);
  EXPECT_FALSE(many.built);
  EXPECT_EQ(many.message_, "--header: more than 64 values; allowed: 64");
  const std::string large = "--header=/** X-A: " + std::string(2700, 'a');
  EXPECT_TRUE(Policy({large, large, large}).built);
  Policy heavy({large, large, large, large});
  EXPECT_FALSE(heavy.built);
  EXPECT_EQ(heavy.message_,
            "--header: names and values have more than 8K; allowed: 8K");
}

// Whatever the arena's size, it is not written beyond (under a sanitizer), and
// the fault names the option that is too small.
TEST(Policy, AnArenaThatIsTooSmallIsSaid) {
  const std::vector<std::string> options = {"--header=/** X-A: b",
                                            "--redirect=/old/**=/new/{rest}",
                                            "--cache-control=/a/*/b=private"};
  size_t refused = 0;
  for (size_t memory = 1; memory < 8192; memory += 64) {
    Policy p(options, memory);
    if (p.built) continue;
    refused++;
    EXPECT_EQ(p.message_.substr(0, 15), "--config-memory") << p.message_;
  }
  EXPECT_GT(refused, 10u);
  EXPECT_TRUE(Policy(options, 8192).built);
}

}  // namespace
