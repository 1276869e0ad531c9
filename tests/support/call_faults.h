// Calls to the kernel that fail in the server that is loaded with
// call_faults.so. Which, and how often, is in a page that the test shares with
// it, so that one server can be put through all of them.
#ifndef H1_TESTS_SUPPORT_CALL_FAULTS_H_
#define H1_TESTS_SUPPORT_CALL_FAULTS_H_

// The environment names the file that is the page.
#define H1_CALL_FAULTS_FILE "H1_CALL_FAULTS_FILE"

typedef enum {
  H1_FAULT_NONE,
  H1_FAULT_ACCEPT4,
  H1_FAULT_CLOSE,
  H1_FAULT_EPOLL_CTL,
  H1_FAULT_EPOLL_WAIT,
  H1_FAULT_IOCTL,
  H1_FAULT_POLL,
  H1_FAULT_PREADV2,
  H1_FAULT_READ,
  H1_FAULT_RECV,
  H1_FAULT_SEND,
  H1_FAULT_SENDFILE,
  H1_FAULT_SENDMSG,
  H1_FAULT_SETSOCKOPT,
  H1_FAULT_SHUTDOWN,
  H1_FAULT_WRITE,
  H1_FAULT_WRITEV
} h1_call_fault;

// Every `every`-th of these calls fails with `error`; `failed` counts them.
// Atomic, each by itself.
typedef struct {
  int call, error, every, calls, failed;
} h1_call_faults_page;

#endif  // H1_TESTS_SUPPORT_CALL_FAULTS_H_
