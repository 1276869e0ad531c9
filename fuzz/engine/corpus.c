#define _GNU_SOURCE
#include "fuzz/engine/corpus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void corpus_die(const char *what, const char *path) {
  fprintf(stderr, "%s: %s: %s\n", what, path, strerror(errno));
  exit(1);
}

static uint8_t *read_file(const char *path, size_t *size) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) corpus_die("cannot open", path);
  *size = (size_t)info.st_size;
  uint8_t *bytes = malloc(*size);
  if (bytes == NULL && *size != 0) corpus_die("no memory for", path);
  size_t at = 0;
  while (at < *size) {
    const ssize_t n = read(fd, bytes + at, *size - at);
    if (n <= 0) corpus_die("cannot read", path);
    at += (size_t)n;
  }
  close(fd);
  return bytes;
}

static int not_hidden(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static size_t each_of_folder(const char *path,
                             void (*show)(const uint8_t *, size_t)) {
  struct dirent **entries = NULL;
  const int count = scandir(path, &entries, not_hidden, alphasort);
  size_t shown = 0;
  if (count < 0) corpus_die("cannot list", path);
  for (int i = 0; i < count; i++) {
    char child[PATH_MAX];
    const int n =
        snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
    if (n < 0 || (size_t)n >= sizeof child) corpus_die("path too long", path);
    shown += corpus_each(child, show);
    free(entries[i]);
  }
  free(entries);
  return shown;
}

size_t corpus_each(const char *path, void (*show)(const uint8_t *, size_t)) {
  struct stat info;
  if (stat(path, &info) != 0) {
    if (errno == ENOENT) return 0;
    corpus_die("cannot stat", path);
  }
  if (S_ISDIR(info.st_mode)) return each_of_folder(path, show);
  size_t size = 0;
  printf("%s\n", path);
  fflush(stdout);
  uint8_t *bytes = read_file(path, &size);
  show(bytes, size);
  free(bytes);
  return 1;
}
