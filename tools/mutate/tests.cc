// Shows mutants the unit tests: the main function of one test program, which
// runs its tests once and forks for each mutant.
//
// Speaks as replay.c does, but that a mutant sees tests: those that reach
// its place, the quick ones first. Option --gtest_filter leaves tests out.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "tools/mutate/mutate.h"
#include "tools/mutate/runtime.h"

namespace {

struct Test {
  std::string name;
  std::clock_t took;
  std::vector<unsigned char> reached;
};

class Recorder : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo&) override {
    std::memset(h1_seen, 0, mutate_count());
    start_ = std::clock();
  }
  void OnTestEnd(const testing::TestInfo& info) override {
    tests.push_back({std::string(info.test_suite_name()) + "." + info.name(),
                     std::clock() - start_,
                     {h1_seen, h1_seen + mutate_count()}});
  }

  std::vector<Test> tests;

 private:
  std::clock_t start_ = 0;
};

// A mutant that does not end is one that is noticed.
void Limit(std::clock_t took) {
  const rlim_t seconds =
      2 + 10 * static_cast<rlim_t>(took) / CLOCKS_PER_SEC + 1;
  const rlimit none = {0, 0}, room = {rlim_t{1} << 32, rlim_t{1} << 32};
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  const rlim_t until = static_cast<rlim_t>(used.ru_utime.tv_sec) + seconds;
  const rlimit cpu = {until, until};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_AS, &room);
  setrlimit(RLIMIT_CPU, &cpu);
}

// Ends the child with status 0 if every test passes.
[[noreturn]] void RunChild(const std::vector<Test>& tests,
                           const std::string& what, int shown) {
  const int null = open("/dev/null", O_WRONLY);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  if (!mutate_choose(what.c_str())) _exit(98);
  for (const Test& test : tests) {
    if (shown >= 0 && test.reached[static_cast<size_t>(shown)] == 0) continue;
    Limit(test.took);
    testing::GTEST_FLAG(filter) = test.name;
    if (RUN_ALL_TESTS() != 0) _exit(1);
  }
  _exit(0);
}

const char* Answer(const std::vector<Test>& tests, const std::string& what) {
  const int place = mutate_place(what.c_str());
  bool any = place < 0;
  for (const Test& test : tests) {
    any = any || test.reached[static_cast<size_t>(place)] != 0;
  }
  if (!any) return "unreached";
  const pid_t child = fork();
  if (child == 0) RunChild(tests, what, place);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) std::abort();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 98) std::abort();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "survived";
  return "noticed";
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  auto* recorder = new Recorder;
  listeners.Append(recorder);
  if (RUN_ALL_TESTS() != 0) {
    std::fprintf(stderr, "%s fails unchanged\n", argv[0]);
    return 1;
  }
  std::vector<Test> tests;
  tests.swap(recorder->tests);
  listeners.Release(recorder);
  std::sort(tests.begin(), tests.end(),
            [](const Test& a, const Test& b) { return a.took < b.took; });
  std::printf("ready\n");
  std::fflush(stdout);
  char line[512];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    std::printf("%s\n", Answer(tests, line));
    std::fflush(stdout);
  }
  return 0;
}
