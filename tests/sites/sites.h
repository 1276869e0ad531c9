// The sites of this folder, written to a place where a server may serve them.
#ifndef H1_TESTS_SITES_SITES_H_
#define H1_TESTS_SITES_SITES_H_

#include <string>
#include <vector>

namespace h1_test {

// Copies the files of tests/sites/`site` to the folder `to`.
void CopySite(const std::string& site, const std::string& to);

// A file whose name has something odd about it, and its path as a URL has it.
struct OddFile {
  std::string name, url, bytes;
};
const std::vector<OddFile>& OddFiles();
// Writes them to the folder `to`.
void WriteOddFiles(const std::string& to);

}  // namespace h1_test

#endif
