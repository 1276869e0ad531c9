// What our encoders write, and what was meant by it.
#ifndef H1_TESTS_DIFFERENTIAL_ENCODERS_H_
#define H1_TESTS_DIFFERENTIAL_ENCODERS_H_

#include <cstdint>

#include "tests/differential/run.h"

namespace differential {

// Makes the message of this seed and index, encodes it, shows it to every peer
// (children: only if asked for) and compares each reading with what was meant.
// Ends the program when an encoder refuses: nothing made here may be refused.
void ShowEncoded(uint64_t seed, uint64_t index, bool children, Run* run);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_ENCODERS_H_
