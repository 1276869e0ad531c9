#include "tests/sites/sites.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/support/server.h"

namespace h1_test {

namespace fs = std::filesystem;

void CopySite(const std::string& site, const std::string& to) {
  const fs::path from = DataFile(absl::StrCat("tests/sites/", site));
  size_t copied = 0;
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!fs::is_regular_file(entry.path())) continue;  // Follows links.
    const fs::path target = to / entry.path().lexically_relative(from);
    fs::create_directories(target.parent_path());
    fs::copy_file(fs::canonical(entry.path()), target);
    copied++;
  }
  ASSERT_GT(copied, 0u) << from;
}

const std::vector<OddFile>& OddFiles() {
  static const std::vector<OddFile> files = {
      {"with space.txt", "/with%20space.txt", "space"},
      {"plus+and&and=.txt", "/plus+and&and=.txt", "signs"},
      {"percent%41.txt", "/percent%2541.txt", "percent"},
      {"question?.txt", "/question%3F.txt", "question"},
      {"hash#1.txt", "/hash%231.txt", "hash"},
      {"colon:in:name.txt", "/colon:in:name.txt", "colon"},
      {"quote\"'.txt", "/quote%22'.txt", "quotes"},
      {"<b>bold.txt", "/%3Cb%3Ebold.txt", "angles"},
      {"star*{a,b}[c].txt", "/star*%7Ba,b%7D%5Bc%5D.txt", "glob"},
      {"semi;colon,~!@$().txt", "/semi;colon,~!@$().txt", "others"},
      {"-dash.txt", "/-dash.txt", "dash"},
      {"...three.txt.", "/...three.txt.", ""},
      {"\xc3\xbc\xe2\x82\xac\xf0\x9f\x8d\x83.txt",
       "/%C3%BC%E2%82%AC%F0%9F%8D%83.txt", "utf-8"},
      {"\xff\xfelatin.txt", "/%FF%FElatin.txt", "not utf-8"},
      {"tab\there.txt", "/tab%09here.txt", "control"},
      {"UPPER.HTML", "/UPPER.HTML", "upper"},
      {"noextension", "/noextension", "none"},
      {"a.tar.gz", "/a.tar.gz", "packed"},
      {"folder with space/deep/\xe6\xb0\xb4",
       "/folder%20with%20space/deep/%E6%B0%B4", "deep"},
      {"%2e%2e/x", "/%252e%252e/x", "not above"},
      {"_metrics.txt", "/_metrics.txt", "no route"},
      {std::string(251, 'n') + ".txt",
       absl::StrCat("/", std::string(251, 'n'), ".txt"), "longest"},
  };
  return files;
}

void WriteOddFiles(const std::string& to) {
  for (const OddFile& file : OddFiles()) {
    const fs::path path = fs::path(to) / file.name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << file.bytes;
    ASSERT_TRUE(fs::exists(path)) << file.url;
  }
}

}  // namespace h1_test
