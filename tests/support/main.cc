// The main function of every black-box test.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/process.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  signal(SIGPIPE, SIG_IGN);
  h1_test::RaiseDescriptorLimit();
  return RUN_ALL_TESTS();
}
