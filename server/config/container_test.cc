// What control groups say, and what becomes of the defaults.
#include "server/config/container.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "server/config/internal.h"

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

// A root folder with the files of /proc and /sys that count.
h1_container LimitsOf(const Files& files) {
  static int count = 0;
  const char* base = getenv("TEST_TMPDIR");
  const std::string top = std::string(base == nullptr ? "/tmp" : base) +
                          "/cgroup" + std::to_string(count++);
  std::filesystem::create_directories(top);
  for (const auto& [name, text] : files) {
    const std::filesystem::path path = top + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  return h1_container_limits(top.c_str());
}

struct Row {
  const char* what;
  Files files;
  uint32_t cpus;
  uint64_t memory;
};

const char kCgroup[] = "/proc/self/cgroup";
const uint64_t kMiB = 1 << 20;

TEST(Container, LimitsAreTheLeastOfAllGroupsAbove) {
  const Row rows[] = {
      {"nothing", {}, 0, 0},
      {"version 2, no limit",
       {{kCgroup, "0::/\n"},
        {"/sys/fs/cgroup/cpu.max", "max 100000\n"},
        {"/sys/fs/cgroup/memory.max", "max\n"}},
       0,
       0},
      {"version 2, a container's own tree",
       {{kCgroup, "0::/\n"},
        {"/sys/fs/cgroup/cpu.max", "150000 100000\n"},
        {"/sys/fs/cgroup/memory.max", "134217728\n"}},
       2,
       128 * kMiB},
      {"version 2, half a CPU",
       {{kCgroup, "0::/a\n"}, {"/sys/fs/cgroup/a/cpu.max", "50000 100000\n"}},
       1,
       0},
      {"version 2, a group above is narrower",
       {{kCgroup, "0::/a.slice/b.service\n"},
        {"/sys/fs/cgroup/a.slice/cpu.max", "200000 100000\n"},
        {"/sys/fs/cgroup/a.slice/b.service/cpu.max", "800000 100000\n"},
        {"/sys/fs/cgroup/a.slice/memory.max", "1048576\n"},
        {"/sys/fs/cgroup/a.slice/b.service/memory.max", "max\n"}},
       2,
       kMiB},
      {"version 2, a name that begins like a group's is none of ours",
       {{kCgroup, "0::/ab\n"}, {"/sys/fs/cgroup/a/cpu.max", "100000 100000"}},
       0,
       0},
      {"version 1",
       {{kCgroup,
         "12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n"},
        {"/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "300000\n"},
        {"/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", "100000\n"},
        {"/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes",
         "268435456\n"}},
       3,
       256 * kMiB},
      {"version 1, seen from inside, where the path is not there",
       {{kCgroup, "12:memory:/docker/x\n4:cpuacct,cpu:/docker/x\n"},
        {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000\n"},
        {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n"}},
       1,
       1024 * kMiB},
      {"version 1, no limit",
       {{kCgroup, "2:memory:/\n1:cpu:/\n0::/\n"},
        {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
        {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes",
         "9223372036854771712\n"}},
       0,
       0},
      {"both, version 2 beside",
       {{kCgroup, "1:cpuset:/\n0::/x\n"},
        {"/sys/fs/cgroup/unified/x/memory.max", "2097152\n"}},
       0,
       2 * kMiB},
      {"nonsense",
       {{kCgroup, "x\n:\n::\n0::\n"},
        {"/sys/fs/cgroup/cpu.max", "a b\n"},
        {"/sys/fs/cgroup/memory.max", "-5\n"}},
       0,
       0},
  };
  for (const Row& row : rows) {
    const h1_container c = LimitsOf(row.files);
    EXPECT_EQ(c.cpus, row.cpus) << row.what;
    EXPECT_EQ(c.memory, row.memory) << row.what;
  }
}

TEST(Container, LowersTheDefaultsAndNothingElse) {
  h1_config c;
  h1_config_defaults(&c);
  c.workers = 8;
  h1_config_contain(&c, {2, 128 * kMiB});
  h1_config_complete(&c);
  EXPECT_EQ(c.workers, 2u);
  EXPECT_EQ(c.max_memory, 128 * kMiB);
  EXPECT_EQ(c.buffer_memory, 32 * kMiB + 4 * kMiB);
  h1_config_defaults(&c);
  c.workers = 8;
  h1_config_contain(&c, {64, 1024 * 1024 * kMiB});
  h1_config_complete(&c);
  EXPECT_EQ(c.workers, 8u);
  EXPECT_EQ(c.buffer_memory, 8 * 18 * kMiB);
  h1_config_defaults(&c);
  c.workers = 2;
  c.limits.body_bytes = 100 * kMiB;
  h1_config_contain(&c, {0, 256 * kMiB});
  h1_config_complete(&c);
  EXPECT_GE(c.buffer_memory, 400 * kMiB) << "two bodies for each worker";
}

}  // namespace
