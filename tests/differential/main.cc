// The engine of tools/differential, which builds it, finds the peers,
// starts the servers and says what is missing.
//
//   harness corpus ROOT            the kept inputs of the tree at ROOT
//   harness generate COUNT SEED    generated ones
//   harness encoders COUNT SEED    what our encoders write
//
// followed by the peers: --library NAME FILE, --child NAME PROGRAM SCRIPT,
// --server NAME PORT; and by --only PREFIX, which leaves out the inputs whose
// name begins otherwise, and --show N, how many unclassified disagreements are
// printed. Exit status 1: a disagreement that no class covers.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/differential/corpus.h"
#include "tests/differential/encoders.h"
#include "tests/differential/generate.h"
#include "tests/differential/run.h"

namespace differential {
namespace {

// Of generated inputs, so many are shown to children and to servers.
constexpr uint64_t kForChildren = 30000;
constexpr uint64_t kForServers = 6000;

[[noreturn]] void Die(const char* what, const char* which) {
  std::fprintf(stderr, "%s: %s\n", what, which);
  std::exit(2);
}

Library Load(const char* name, const char* file) {
  Library library{name, nullptr};
  void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  void* address = handle == nullptr ? nullptr : dlsym(handle, "peer_read");
  if (address == nullptr) Die("not an adapter", file);
  // C++ promises no cast from an object to a function.
  std::memcpy(&library.read, &address, sizeof address);
  return library;
}

uint64_t Number(const char* text) {
  char* end = nullptr;
  const unsigned long long n = std::strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0') Die("not a number", text);
  return n;
}

struct Options {
  std::string mode, root, only;
  uint64_t count = 0, seed = 0;
  size_t show = 25;
  Peers peers;
};

void ReadOptions(int argc, char** argv, Options* out) {
  int at = 1;
  const auto next = [&]() -> const char* {
    if (at >= argc) Die("missing", "an argument");
    return argv[at++];
  };
  out->mode = next();
  if (out->mode == "corpus") {
    out->root = next();
  } else {
    out->count = Number(next());
    out->seed = Number(next());
  }
  while (at < argc) {
    const std::string word = next();
    const char* name = next();
    if (word == "--library") {
      out->peers.libraries.push_back(Load(name, next()));
    } else if (word == "--child") {
      const std::string program = next(), script = next();
      std::vector<std::string> command = {program, script};
      if (std::strcmp(name, "node") == 0) {
        command.insert(command.begin() + 1, "--no-deprecation");
      }
      out->peers.children.push_back(std::make_unique<Child>(name, command));
    } else if (word == "--server") {
      out->peers.servers.push_back({name, static_cast<int>(Number(next()))});
    } else if (word == "--show") {
      out->show = static_cast<size_t>(Number(name));
    } else if (word == "--only") {
      out->only = name;
    } else {
      Die("unknown option", word.c_str());
    }
  }
}

// An example has to be what its row says, or the row is stale. Only rows whose
// peers are all here can be judged.
bool ShowExamples(const Peers& peers) {
  bool good = true;
  const std::vector<std::string> names = peers.Names();
  for (const Class& row : Classes()) {
    Run alone(&peers, 0);
    alone.Show({row.id, row.kind, std::string(row.example)}, Shown());
    size_t present = 0;
    for (const std::string& name : names) present += IsPeerOf(row, name);
    const size_t all = CountPeers(row);
    if (present == all && !alone.Saw(row.id)) {
      std::printf("STALE: the example of class %s does not show it\n", row.id);
      good = false;
    }
  }
  return good;
}

bool RunCorpus(const Options& options) {
  Run run(&options.peers, options.show);
  std::vector<Input> inputs = FuzzSeeds(options.root);
  if (inputs.empty()) Die("no seeds below", options.root.c_str());
  const std::vector<Input> cases =
      NamedCases(options.root + "/tests/differential/cases.txt");
  inputs.insert(inputs.end(), cases.begin(), cases.end());
  for (const Input& input : inputs) {
    if (input.name.compare(0, options.only.size(), options.only) != 0) continue;
    run.Show(input, Shown());
  }
  const bool fresh = !options.only.empty() || ShowExamples(options.peers);
  return run.Report() && fresh;
}

bool RunGenerated(const Options& options) {
  Run run(&options.peers, options.show);
  const auto every = [&](uint64_t wanted) {
    return options.count < wanted ? 1 : options.count / wanted;
  };
  const uint64_t child = every(kForChildren), server = every(kForServers);
  for (uint64_t i = 0; i < options.count; i++) {
    const Generated made = Generate(options.seed, i);
    Shown shown;
    shown.children = i % child == 0;
    shown.servers = i % server == 0;
    run.Show(
        {"seed " + std::to_string(options.seed) + " index " + std::to_string(i),
         made.kind, made.bytes},
        shown);
  }
  return run.Report();
}

bool RunEncoded(const Options& options) {
  Run run(&options.peers, options.show);
  const uint64_t child =
      options.count < kForChildren ? 1 : options.count / kForChildren;
  for (uint64_t i = 0; i < options.count; i++) {
    ShowEncoded(options.seed, i, i % child == 0, &run);
  }
  return run.Report();
}

int Main(int argc, char** argv) {
  Options options;
  ReadOptions(argc, argv, &options);
  if (options.peers.count() == 0) Die("no peer at all", "nothing to compare");
  if (options.mode == "corpus") return RunCorpus(options) ? 0 : 1;
  if (options.mode == "generate") return RunGenerated(options) ? 0 : 1;
  if (options.mode == "encoders") return RunEncoded(options) ? 0 : 1;
  Die("unknown mode", options.mode.c_str());
}

}  // namespace
}  // namespace differential

int main(int argc, char** argv) { return differential::Main(argc, argv); }
