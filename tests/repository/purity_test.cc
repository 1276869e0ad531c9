// parser/ is pure. That is a promise to everyone who embeds it, and the proofs
// rest on it, so it is read from the compiled code of every library there (see
// tools/bazel/purity.bzl for how that is compiled).
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/repository/elf_file.h"

namespace h1_test {
namespace {

std::vector<std::string> FilesEndingIn(const std::string& suffix) {
  const char* all = getenv("H1_PLAIN_OBJECTS");
  std::istringstream words(all == nullptr ? "" : all);
  std::vector<std::string> out;
  for (std::string word; words >> word;) {
    if (word.size() > suffix.size() &&
        word.compare(word.size() - suffix.size(), suffix.size(), suffix) == 0) {
      out.push_back(word);
    }
  }
  return out;
}

// Functions that a function calls, from the compiler's assembly. A name that is
// local to its file is made unique by the file's name.
struct CallGraph {
  std::map<std::string, std::set<std::string>> calls;
  std::vector<std::string> indirect;
};

// The operand of a call instruction on this line, or nothing. A jump that
// leaves its function is a call too, the last thing it does; jumps inside have
// labels that begin with a dot.
std::string CallOperand(const std::string& line) {
  std::istringstream words(line);
  std::string mnemonic, operand;
  words >> mnemonic >> operand;
  const std::set<std::string> calls = {"call", "callq", "bl", "blr", "b", "br"};
  if (calls.count(mnemonic) == 0 && mnemonic[0] != 'j') return "";
  if (operand.empty() || operand[0] == '.') return "";
  if (mnemonic == "blr" || mnemonic == "br") return "*" + operand;
  return operand.substr(0, operand.find('@'));
}

// Function symbols, from their `.type name,@function` directive, and which of
// them other files can see, from `.globl name`.
void ReadSymbols(const std::string& path, std::set<std::string>* functions,
                 std::set<std::string>* global) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string directive, name, type;
    words >> directive >> name >> type;
    if (directive == ".globl") global->insert(name);
    if (directive != ".type") continue;
    const size_t comma = name.find(',');
    if (line.find("function") == std::string::npos) continue;
    functions->insert(name.substr(0, comma));
  }
}

void ReadCalls(const std::string& path, CallGraph* graph) {
  std::set<std::string> functions, global;
  ReadSymbols(path, &functions, &global);
  const auto unique = [&](const std::string& name) {
    const bool local = functions.count(name) != 0 && global.count(name) == 0;
    return local ? path + ":" + name : name;
  };
  std::ifstream in(path);
  std::string caller;
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos && functions.count(line.substr(0, colon))) {
      caller = unique(line.substr(0, colon));
      graph->calls[caller];
      continue;
    }
    const std::string operand = CallOperand(line);
    if (operand.empty()) continue;
    if (operand[0] == '*') {
      graph->indirect.push_back(caller);
    } else {
      graph->calls[caller].insert(unique(operand));
    }
  }
}

CallGraph ReadAllCalls(const std::string& suffix) {
  CallGraph graph;
  for (const std::string& path : FilesEndingIn(suffix)) {
    ReadCalls(path, &graph);
  }
  return graph;
}

// Whether `from` can come to be called by itself.
bool Reaches(const CallGraph& graph, const std::string& from) {
  std::set<std::string> seen;
  std::vector<std::string> open = {from};
  while (!open.empty()) {
    const auto found = graph.calls.find(open.back());
    open.pop_back();
    if (found == graph.calls.end()) continue;
    for (const std::string& callee : found->second) {
      if (callee == from) return true;
      if (seen.insert(callee).second) open.push_back(callee);
    }
  }
  return false;
}

// What the compiler says of one function's frame, from a line
// "FILE:LINE:FUNCTION <tab> BYTES <tab> KIND" of a .su file.
struct Frame {
  size_t bytes;
  std::string kind;
};

// The functions of one .su file, named as ReadCalls names those of the assembly
// that was written beside it. gcc leaves out the number of a function's copy.
void ReadFrames(const std::string& path, const CallGraph& graph,
                std::map<std::string, Frame>* frames) {
  const std::string assembly = path.substr(0, path.size() - 2) + "opt";
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const size_t tab = line.find('\t');
    const size_t colon = line.rfind(':', tab);
    const std::string name = line.substr(colon + 1, tab - colon - 1);
    Frame frame;
    std::istringstream(line.substr(tab)) >> frame.bytes >> frame.kind;
    const std::string local = assembly + ":" + name;
    for (const std::string& known : {local, local + ".0"}) {
      if (graph.calls.count(known) != 0) (*frames)[known] = frame;
    }
    if (graph.calls.count(name) != 0) (*frames)[name] = frame;
  }
}

// The most stack that a call of `name` can take, and by which calls. What
// libc's five functions take is not known and not counted.
struct Depth {
  size_t bytes = 0;
  std::string chain;
};

Depth DeepestFrom(const std::string& name, const CallGraph& graph,
                  const std::map<std::string, Frame>& frames) {
  constexpr size_t kReturnAddress = 8;
  const auto frame = frames.find(name);
  const auto callees = graph.calls.find(name);
  if (frame == frames.end() || callees == graph.calls.end()) return {};
  Depth deepest;
  for (const std::string& callee : callees->second) {
    const Depth below = DeepestFrom(callee, graph, frames);
    if (below.bytes > deepest.bytes) deepest = below;
  }
  deepest.bytes += frame->second.bytes + kReturnAddress;
  deepest.chain = " > " + name.substr(name.rfind(':') + 1) + deepest.chain;
  return deepest;
}

TEST(Purity, OnlyFiveFunctionsOfLibcAreUsed) {
  const std::set<std::string> allowed = {"memcpy", "memmove", "memset",
                                         "memcmp", "memchr"};
  std::set<std::string> defined, needed;
  for (const std::string& path : FilesEndingIn(".o")) {
    for (const ElfFile::Symbol& symbol : ElfFile(path).symbols()) {
      if (symbol.binding == STB_LOCAL || symbol.name.empty()) continue;
      (symbol.undefined ? needed : defined).insert(symbol.name);
    }
  }
  EXPECT_FALSE(defined.empty());
  for (const std::string& name : needed) {
    EXPECT_TRUE(allowed.count(name) != 0 || defined.count(name) != 0) << name;
  }
  for (const std::string& name : defined) {
    EXPECT_EQ(name.compare(0, 3, "h1_"), 0) << name << " lacks the prefix";
  }
}

TEST(Purity, NothingOutsideTheCallersMemoryCanChange) {
  for (const std::string& path : FilesEndingIn(".o")) {
    const ElfFile object(path);
    for (const ElfFile::Section& section : object.sections()) {
      const bool writable = (section.header.sh_flags & SHF_WRITE) != 0 &&
                            (section.header.sh_flags & SHF_ALLOC) != 0;
      EXPECT_FALSE(writable && section.header.sh_size != 0)
          << path << ": " << section.name;
    }
  }
}

TEST(Purity, NoFunctionIsCalledThroughAPointer) {
  const CallGraph graph = ReadAllCalls(".s");
  EXPECT_FALSE(graph.calls.empty());
  for (const std::string& caller : graph.indirect) ADD_FAILURE() << caller;
}

TEST(Purity, NoFunctionCanCallItself) {
  const CallGraph graph = ReadAllCalls(".s");
  size_t edges = 0;
  for (const auto& [caller, callees] : graph.calls) {
    edges += callees.size();
    EXPECT_FALSE(Reaches(graph, caller)) << caller;
  }
  EXPECT_GT(edges, 0u);
}

// A caller may run a codec on a small stack of its own. One line for each entry
// is printed, so that the test's log is the report.
TEST(Purity, NoCallTakesMoreStackThanIsPromised) {
  constexpr size_t kPromisedBytes = 768;
  const CallGraph graph = ReadAllCalls(".opt");
  std::map<std::string, Frame> frames;
  for (const std::string& path : FilesEndingIn(".su")) {
    ReadFrames(path, graph, &frames);
  }
  size_t entries = 0, used = 0;
  for (const auto& [name, frame] : frames) {
    EXPECT_EQ(frame.kind, "static") << name << " has a frame of no fixed size";
    EXPECT_FALSE(Reaches(graph, name)) << name;
    if (name.compare(0, 3, "h1_") != 0) continue;
    const Depth depth = DeepestFrom(name, graph, frames);
    EXPECT_LE(depth.bytes, kPromisedBytes) << name << depth.chain;
    std::cout << depth.bytes << depth.chain << "\n";
    entries++;
    if (frame.bytes != 0) used++;
  }
  EXPECT_EQ(frames.size(), graph.calls.size()) << "a function has no frame";
  EXPECT_GT(entries, 30u);
  EXPECT_GT(used, 10u);
}

}  // namespace
}  // namespace h1_test
