// The inputs that are kept: the seeds of the fuzz targets, and named cases.
#ifndef H1_TESTS_DIFFERENTIAL_CORPUS_H_
#define H1_TESTS_DIFFERENTIAL_CORPUS_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/run.h"

namespace differential {

// All files of fuzz/corpus/TARGET and fuzz/regression/TARGET that hold
// messages, below `root`, without the option bytes before them. Chunked
// bodies are given a request's and a response's head.
std::vector<Input> FuzzSeeds(const std::string& root);

// A file of lines: a name, "request" or "response", and the bytes as a quoted C
// string. '#' begins a comment. Ends the program at a line it does not
// understand.
std::vector<Input> NamedCases(const std::string& path);

// Undoes Escaped; false when `text` is no such string.
bool Unescape(std::string_view text, std::string* bytes);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_CORPUS_H_
