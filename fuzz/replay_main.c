/* Runs a fuzz harness over files instead of under a fuzzer: the corpus as a
 * plain test, in any build. Arguments are files or folders; a folder that is
 * missing is an empty one, because not every target has regressions, but having
 * found no file at all is a failure: such a test would check nothing.
 *
 * Each input is shown twice. A block of exactly its size lets AddressSanitizer
 * see a read on either side; a copy that ends at an unreadable page faults on a
 * read past the end in a build without any sanitizer. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
int LLVMFuzzerInitialize(int* argc, char*** argv) __attribute__((weak));

static size_t files_replayed;

static void die(const char* what, const char* path) {
  fprintf(stderr, "%s: %s: %s\n", what, path, strerror(errno));
  exit(1);
}

/* The whole file in a malloc block of its exact size. */
static uint8_t* read_file(const char* path, size_t* size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) die("cannot open", path);
  *size = (size_t)info.st_size;
  uint8_t* bytes = malloc(*size);
  if (bytes == NULL && *size != 0) die("no memory for", path);
  size_t at = 0;
  while (at < *size) {
    ssize_t n = read(fd, bytes + at, *size - at);
    if (n <= 0) die("cannot read", path);
    at += (size_t)n;
  }
  close(fd);
  return bytes;
}

static void run_before_guard_page(const uint8_t* bytes, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t room = (size + page - 1) / page * page;
  uint8_t* map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) die("mmap", "guard page");
  if (mprotect(map + room, page, PROT_NONE) != 0) die("mprotect", "guard page");
  if (size != 0) memcpy(map + room - size, bytes, size);
  LLVMFuzzerTestOneInput(map + room - size, size);
  munmap(map, room + page);
}

/* The name goes first, so that the last line of a crashed run names the file.
 */
static void replay_file(const char* path) {
  size_t size = 0;
  printf("%s\n", path);
  fflush(stdout);
  uint8_t* bytes = read_file(path, &size);
  LLVMFuzzerTestOneInput(bytes, size);
  run_before_guard_page(bytes, size);
  free(bytes);
  files_replayed++;
}

static void replay_path(const char* path);

static int not_hidden(const struct dirent* entry) {
  return entry->d_name[0] != '.';
}

/* In sorted order: a failure that depends on what ran before repeats. */
static void replay_folder(const char* path) {
  struct dirent** entries = NULL;
  int count = scandir(path, &entries, not_hidden, alphasort);
  if (count < 0) die("cannot list", path);
  for (int i = 0; i < count; i++) {
    char child[PATH_MAX];
    int n = snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
    if (n < 0 || (size_t)n >= sizeof child) die("path too long", path);
    replay_path(child);
    free(entries[i]);
  }
  free(entries);
}

static void replay_path(const char* path) {
  struct stat info;
  if (stat(path, &info) != 0) {
    if (errno == ENOENT) return;
    die("cannot stat", path);
  }
  if (S_ISDIR(info.st_mode)) {
    replay_folder(path);
  } else {
    replay_file(path);
  }
}

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != NULL) LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++) replay_path(argv[i]);
  if (files_replayed == 0) {
    fprintf(stderr, "no file was replayed: the corpus is missing\n");
    return 1;
  }
  printf("%zu files replayed\n", files_replayed);
  return 0;
}
