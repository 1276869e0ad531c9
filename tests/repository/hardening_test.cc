// Reads the server's executable as built by the default configuration: flags
// that a build file promises count only when they arrived in the file.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "tests/repository/elf_file.h"

namespace h1_test {
namespace {

class Hardening : public testing::Test {
 protected:
  static std::string Path() {
    const char* path = getenv("H1_HTTPD");
    return path == nullptr ? "H1_HTTPD is not set" : path;
  }

  // A sanitizer brings its own libraries and is never shipped.
  void SetUp() override {
    for (const ElfFile::Symbol& symbol : elf_.symbols()) {
      for (const char* runtime :
           {"__asan_init", "__tsan_init", "__msan_init"}) {
        if (symbol.name == runtime) GTEST_SKIP() << "instrumented: " << runtime;
      }
    }
  }

  bool Imports(const std::string& name) const {
    for (const ElfFile::Symbol& symbol : elf_.symbols(/*dynamic=*/true)) {
      if (symbol.undefined && symbol.name == name) return true;
    }
    return false;
  }

  const Elf64_Phdr* Segment(uint32_t type) const {
    for (const Elf64_Phdr& segment : elf_.segments()) {
      if (segment.p_type == type) return &segment;
    }
    return nullptr;
  }

  const ElfFile elf_{Path()};
};

TEST_F(Hardening, ExecutableIsPositionIndependent) {
  EXPECT_EQ(elf_.type(), ET_DYN);
  EXPECT_NE(Segment(PT_INTERP), nullptr);
}

TEST_F(Hardening, RelocationsAreReadOnlyAndBoundAtStart) {
  EXPECT_NE(Segment(PT_GNU_RELRO), nullptr);
  uint64_t flags = 0, flags_1 = 0;
  for (uint64_t value : elf_.dynamic(DT_FLAGS)) flags |= value;
  for (uint64_t value : elf_.dynamic(DT_FLAGS_1)) flags_1 |= value;
  EXPECT_TRUE((flags & DF_BIND_NOW) != 0 || (flags_1 & DF_1_NOW) != 0 ||
              !elf_.dynamic(DT_BIND_NOW).empty());
  EXPECT_TRUE(elf_.dynamic(DT_TEXTREL).empty());
  EXPECT_EQ(flags & DF_TEXTREL, 0u);
}

TEST_F(Hardening, StackIsNotExecutable) {
  const Elf64_Phdr* stack = Segment(PT_GNU_STACK);
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->p_flags & PF_X, 0u);
}

TEST_F(Hardening, NothingIsWritableAndExecutable) {
  for (const Elf64_Phdr& segment : elf_.segments()) {
    EXPECT_FALSE((segment.p_flags & PF_W) != 0 && (segment.p_flags & PF_X) != 0)
        << "segment type " << segment.p_type;
  }
}

TEST_F(Hardening, StackProtectorIsUsed) {
  EXPECT_TRUE(Imports("__stack_chk_fail"));
}

TEST_F(Hardening, SomeLibcCallIsFortified) {
  const auto symbols = elf_.symbols(/*dynamic=*/true);
  EXPECT_TRUE(std::any_of(
      symbols.begin(), symbols.end(), [](const ElfFile::Symbol& symbol) {
        const std::string& name = symbol.name;
        return symbol.undefined && name.size() > 4 &&
               name.compare(name.size() - 4, 4, "_chk") == 0;
      }));
}

TEST_F(Hardening, LibcIsTheOnlyLibrary) {
  const std::set<std::string> allowed = {"libc.so.6", "ld-linux-x86-64.so.2",
                                         "ld-linux-aarch64.so.1"};
  const auto needed = elf_.dynamic_strings(DT_NEEDED);
  EXPECT_FALSE(needed.empty());
  for (const std::string& library : needed) {
    EXPECT_EQ(allowed.count(library), 1u) << library;
  }
}

TEST_F(Hardening, LibrariesAreNotSearchedBesideTheFile) {
  EXPECT_TRUE(elf_.dynamic(DT_RPATH).empty());
  EXPECT_TRUE(elf_.dynamic(DT_RUNPATH).empty());
}

}  // namespace
}  // namespace h1_test
