// Faults that faults.so brings into the server that is loaded with it, by the
// environment.
#ifndef H1_TESTS_SUPPORT_FAULTS_H_
#define H1_TESTS_SUPPORT_FAULTS_H_

// How many threads can be made; any more fails as it does at a limit of the
// system.
#define H1_FAULTS_THREADS "H1_FAULTS_THREADS"

// How many milliseconds `free` takes after it has freed a large block: whoever
// uses it still has that long to be found out.
#define H1_FAULTS_SLOW_FREE_MS "H1_FAULTS_SLOW_FREE_MS"
#define H1_FAULTS_LARGE_BYTES (64 * 1024)

#endif  // H1_TESTS_SUPPORT_FAULTS_H_
