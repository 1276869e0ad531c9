// The filters of both architectures, run by an interpreter of the kernel's
// language; and the numbers in the list, against the kernel's headers.
#include "server/sandbox/filter.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t kEnd = 0x80000000u;  // SECCOMP_RET_KILL_PROCESS
constexpr uint32_t kUnknown = SECCOMP_RET_ERRNO | ENOSYS;
constexpr uint32_t kFault = 0xDEADBEEF;  // no program of ours returns it
constexpr uint32_t kSelf = 4711;

using Program = std::vector<sock_filter>;

// What a kernel would do, except that it refuses a faulty program at once.
uint32_t Verdict(const Program& program, const seccomp_data& data) {
  uint32_t a = 0;
  for (size_t pc = 0; pc < program.size(); pc++) {
    const sock_filter& i = program[pc];
    switch (i.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (i.k % 4 != 0 || i.k > sizeof data - 4) return kFault;
        memcpy(&a, reinterpret_cast<const char*>(&data) + i.k, 4);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= i.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        pc += a == i.k ? i.jt : i.jf;
        break;
      case BPF_JMP | BPF_JSET | BPF_K:
        pc += (a & i.k) != 0 ? i.jt : i.jf;
        break;
      case BPF_RET | BPF_K:
        return i.k;
      default:
        return kFault;
    }
  }
  return kFault;  // it ran off its end
}

struct Arch {
  h1_call_arch arch;
  uint32_t audit, other_audit;
};
constexpr Arch kArches[] = {
    {H1_ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386},
    {H1_ARCH_ARM64, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM}};

Program StartFilter(h1_call_arch arch) {
  Program p(H1_FILTER_MAX);
  p.resize(h1_filter_start(arch, kSelf, p.data(), p.size()));
  return p;
}

Program SealFilter(h1_call_arch arch) {
  Program p(H1_FILTER_MAX);
  p.resize(h1_filter_seal(arch, p.data(), p.size()));
  return p;
}

seccomp_data Call(const Arch& arch, int number) {
  seccomp_data data = {};
  data.nr = number;
  data.arch = arch.audit;
  return data;
}

const h1_call& Row(const std::string& name) {
  for (size_t i = 0; i < h1_call_count; i++) {
    if (h1_calls[i].name == name) return h1_calls[i];
  }
  ADD_FAILURE() << "no row " << name;
  return h1_calls[0];
}

// With `value` as argument `argument` of the call.
uint32_t RunWith(const Arch& arch, const std::string& name, unsigned argument,
                 uint64_t value) {
  seccomp_data data = Call(arch, Row(name).number[arch.arch]);
  data.args[argument] = value;
  return Verdict(StartFilter(arch.arch), data);
}

TEST(StartFilter, EveryRowGetsItsVerdict) {
  for (const Arch& arch : kArches) {
    const Program program = StartFilter(arch.arch);
    ASSERT_GT(program.size(), 0u);
    for (size_t i = 0; i < h1_call_count; i++) {
      const h1_call& row = h1_calls[i];
      if (row.number[arch.arch] == H1_NO_CALL) continue;
      if (row.verdict == H1_CALL_CHECK || row.verdict == H1_CALL_START) {
        continue;  // by argument: below
      }
      const uint32_t got = Verdict(program, Call(arch, row.number[arch.arch]));
      const uint32_t want = row.verdict == H1_CALL_ALLOW ? kAllow
                            : row.verdict == H1_CALL_ASK ? kUnknown
                                                         : kEnd;
      EXPECT_EQ(got, want) << row.name << " on " << arch.arch;
    }
  }
}

TEST(StartFilter, WhatIsInNoRowIsUnknown) {
  for (const Arch& arch : kArches) {
    const Program program = StartFilter(arch.arch);
    for (int number = 0; number < 1024; number++) {
      bool listed = false;
      for (size_t i = 0; i < h1_call_count; i++) {
        listed = listed || h1_calls[i].number[arch.arch] == number;
      }
      if (listed) continue;
      EXPECT_EQ(Verdict(program, Call(arch, number)), kUnknown) << number;
    }
    EXPECT_EQ(Verdict(program, Call(arch, -1)),
              arch.arch == H1_ARCH_X86_64 ? kEnd : kUnknown);
  }
}

// int 0x80 on x86-64, 32-bit programs on arm64, x32.
TEST(StartFilter, NumbersOfAnotherArchitectureEndTheProcess) {
  for (const Arch& arch : kArches) {
    for (const Program& program :
         {StartFilter(arch.arch), SealFilter(arch.arch)}) {
      seccomp_data data = Call(arch, Row("read").number[arch.arch]);
      data.arch = arch.other_audit;
      EXPECT_EQ(Verdict(program, data), kEnd);
    }
  }
  const seccomp_data x32 = Call(kArches[0], 0x40000000);
  EXPECT_EQ(Verdict(StartFilter(H1_ARCH_X86_64), x32), kEnd);
  EXPECT_EQ(Verdict(SealFilter(H1_ARCH_X86_64), x32), kEnd);
}

TEST(StartFilter, ArgumentsDecide) {
  const struct {
    const char* name;
    unsigned argument;
    uint64_t value;
    uint32_t want;
  } cases[] = {
      {"shutdown", 1, 1, kAllow},  // SHUT_WR
      {"shutdown", 1, 0, kEnd},    // SHUT_RD: a listener could connect then
      {"shutdown", 1, 2, kEnd},
      {"mmap", 2, 3, kAllow},      // read, write
      {"mmap", 2, 7, kEnd},        // and run
      {"mmap", 2, 4, kEnd},        //
      {"mprotect", 2, 1, kAllow},  //
      {"mprotect", 2, 5, kEnd},
      {"ioctl", 1, 0x5411, kAllow},       // SIOCOUTQ
      {"ioctl", 1, 0x541B, kAllow},       // FIONREAD
      {"ioctl", 1, 0x5412, kUnknown},     // TIOCSTI: types into a terminal
      {"ioctl", 1, 0x100005411, kAllow},  // the kernel takes 32 bits
      {"fcntl", 1, 3, kAllow},            // F_GETFL
      {"fcntl", 1, 1030, kAllow},         // F_DUPFD_CLOEXEC
      {"fcntl", 1, 8, kUnknown},          // F_SETOWN: signals to others
      {"prctl", 0, 15, kAllow},           // PR_SET_NAME
      {"prctl", 0, 22, kUnknown},         // PR_SET_SECCOMP
      {"tgkill", 0, kSelf, kAllow},
      {"tgkill", 0, kSelf + 1, kUnknown},
      {"sched_setscheduler", 0, 0, kAllow},
      {"sched_setscheduler", 0, 1, kUnknown},
      {"clone", 0, 0x3D0F00, kAllow},  // as pthread_create
      {"clone", 0, 0x1200011, kEnd},   // as fork
      {"clone", 0, 0x00000100, kEnd},  // CLONE_VM alone
      {"clone", 0, 0x00010000, kEnd},  // CLONE_THREAD alone
      {"socket", 0, 16, kAllow},       // AF_NETLINK
      {"socket", 0, 2, kEnd},          // AF_INET
      {"socket", 0, 1, kEnd},
  };
  for (const Arch& arch : kArches) {
    for (const auto& c : cases) {
      EXPECT_EQ(RunWith(arch, c.name, c.argument, c.value), c.want)
          << c.name << " " << c.value << " on " << arch.arch;
    }
  }
}

// A rule that no row of the list asks for would never be looked at.
TEST(StartFilter, EveryRuleBelongsToARow) {
  for (size_t i = 0; i < h1_call_rule_count; i++) {
    const h1_call_verdict verdict = Row(h1_call_rules[i].name).verdict;
    EXPECT_TRUE(verdict == H1_CALL_CHECK || verdict == H1_CALL_START)
        << h1_call_rules[i].name;
  }
  for (size_t i = 0; i < h1_call_count; i++) {
    if (h1_calls[i].verdict != H1_CALL_CHECK) continue;
    bool ruled = false;
    for (size_t r = 0; r < h1_call_rule_count; r++) {
      ruled = ruled || strcmp(h1_call_rules[r].name, h1_calls[i].name) == 0;
    }
    EXPECT_TRUE(ruled) << h1_calls[i].name;
  }
}

TEST(SealFilter, EndsWhatOnlyAStartNeedsAndAllowsTheRest) {
  for (const Arch& arch : kArches) {
    const Program program = SealFilter(arch.arch);
    ASSERT_GT(program.size(), 0u);
    for (size_t i = 0; i < h1_call_count; i++) {
      const h1_call& row = h1_calls[i];
      if (row.number[arch.arch] == H1_NO_CALL) continue;
      const bool start =
          row.verdict == H1_CALL_START || row.verdict == H1_CALL_ASK;
      EXPECT_EQ(Verdict(program, Call(arch, row.number[arch.arch])),
                start ? kEnd : kAllow)
          << row.name;
    }
  }
  // Whatever its arguments.
  seccomp_data thread = Call(kArches[0], Row("clone").number[0]);
  thread.args[0] = 0x3D0F00;
  EXPECT_EQ(Verdict(SealFilter(H1_ARCH_X86_64), thread), kEnd);
}

TEST(Filters, TooLittleRoomIsSaid) {
  sock_filter small[4];
  EXPECT_EQ(h1_filter_start(H1_ARCH_X86_64, 1, small, 4), 0u);
  EXPECT_EQ(h1_filter_seal(H1_ARCH_ARM64, small, 4), 0u);
}

TEST(List, NoCallHasTwoRows) {
  for (const Arch& arch : kArches) {
    std::map<int, std::string> seen;
    for (size_t i = 0; i < h1_call_count; i++) {
      const int number = h1_calls[i].number[arch.arch];
      if (number == H1_NO_CALL) continue;
      EXPECT_TRUE(seen.emplace(number, h1_calls[i].name).second)
          << h1_calls[i].name << " and " << seen[number];
    }
  }
}

// Name and number of each `#define __NR_name number` of a header; a number may
// be another name.
std::map<std::string, int> NumbersIn(const char* path) {
  std::map<std::string, std::string> text;
  std::ifstream in(path);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string define, name, value;
    if (words >> define >> name >> value && define == "#define") {
      text[name] = value;
    }
  }
  std::map<std::string, int> numbers;
  for (const auto& [name, value] : text) {
    const auto target = text.find(value);
    const std::string& number = target == text.end() ? value : target->second;
    if (name.rfind("__NR_", 0) == 0 && isdigit(number[0])) {
      numbers[name.substr(5)] = std::stoi(number);
    }
  }
  return numbers;
}

// arm64 has the kernel's generic numbers. Headers may be older than a row.
TEST(List, NumbersAreTheKernels) {
  const struct {
    h1_call_arch arch;
    const char* header;
  } headers[] = {
      {H1_ARCH_X86_64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"},
      {H1_ARCH_ARM64, "/usr/include/asm-generic/unistd.h"}};
  for (const auto& h : headers) {
    const std::map<std::string, int> numbers = NumbersIn(h.header);
    if (numbers.size() < 200) GTEST_SKIP() << "there is no " << h.header;
    size_t compared = 0;
    for (size_t i = 0; i < h1_call_count; i++) {
      const auto found = numbers.find(h1_calls[i].name);
      if (found == numbers.end()) continue;
      compared++;
      EXPECT_EQ(h1_calls[i].number[h.arch], found->second) << h1_calls[i].name;
    }
    EXPECT_GT(compared, 100u) << h.header;
  }
}

}  // namespace
