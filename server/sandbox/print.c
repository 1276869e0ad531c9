#include "server/sandbox/print.h"

#include <string.h>

#include "server/sandbox/filter.h"
#include "server/sandbox/landlock.h"
#include "server/sandbox/seccomp.h"

/* ---- in a few words ---- */

static void put(char *out, size_t size, const char *text) {
  const size_t at = strlen(out);
  snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", text);
}

/* What somebody who deploys has to know. */
static void restart_note(const h1_sandbox *box, char *out, size_t size) {
  if (box->restart_outside[0] == '\0') {
    snprintf(out, size, "deploys by rename or by a link need a restart");
  } else {
    snprintf(out, size, "deploys to outside of %s need a restart",
             box->restart_outside);
  }
}

void h1_sandbox_summary(const h1_sandbox *box,
                        char out[H1_SANDBOX_SUMMARY_BYTES]) {
  const size_t size = H1_SANDBOX_SUMMARY_BYTES;
  char text[64];
  out[0] = '\0';
  if (box->has_user || box->mode != H1_SANDBOX_OFF) {
    snprintf(text, sizeof text, "user %u:%u", box->uid, box->gid);
    put(out, size, text);
  }
  if (box->mode == H1_SANDBOX_OFF) {
    put(out, size, "sandbox off");
    return;
  }
  if (box->capabilities) {
    put(out, size,
        box->kept == 0 ? "no capabilities" : "capability dac_read_search");
  }
  if (box->no_new_privs) put(out, size, "no_new_privs");
  if (box->landlock > 0) {
    snprintf(text, sizeof text, "landlock %d", box->landlock);
    put(out, size, text);
  }
  if (box->seccomp) put(out, size, "seccomp");
  if (box->missing[0] != '\0') put(out, size, box->missing);
  if (!box->restart) return;
  char note[320];
  restart_note(box, note, sizeof note);
  const size_t at = strlen(out);
  snprintf(out + at, size - at, "; %s", note);
}

void h1_sandbox_warning(const h1_sandbox *box,
                        char out[H1_SANDBOX_SUMMARY_BYTES]) {
  out[0] = '\0';
  if (box->uid != 0 || box->has_user) return;
  snprintf(out, H1_SANDBOX_SUMMARY_BYTES,
           "warning: it runs as root: --user=NAME[:GROUP] gives that up");
}

/* ---- layer by layer ---- */

#define NAME_FORMAT "%-16s"

static void print_user(const h1_sandbox *box, FILE *out) {
  fprintf(out, NAME_FORMAT "%u:%u", "user", box->uid, box->gid);
  for (size_t i = 0; box->has_user && i < box->user.group_count; i++) {
    fprintf(out, "%s%u", i == 0 ? ", groups " : " ",
            (unsigned)box->user.groups[i]);
  }
  fprintf(out, "%s\n", box->has_user ? "" : " (as it was started)");
}

static void print_yes(const char *name, bool holds, FILE *out) {
  fprintf(out, NAME_FORMAT "%s\n", name, holds ? "yes" : "no");
}

static void print_place(const h1_place *place, FILE *out) {
  const bool file = (place->rights & H1_PLACE_FILE) != 0;
  const char *below = file || strcmp(place->path, "/") == 0 ? "" : "/";
  const char *separator = "";
  fputs("  ", out);
  if ((place->rights & H1_PLACE_READ) != 0) {
    fputs("read", out);
    separator = ", ";
  }
  if ((place->rights & H1_PLACE_WRITE) != 0) {
    fprintf(out, "%swrite", separator);
    separator = ", ";
  }
  if ((place->rights & H1_PLACE_REMOVE) != 0) {
    fprintf(out, "%sremove", separator);
  }
  fprintf(out, " %s%s\n", place->path, below);
}

static void print_landlock(const h1_sandbox *box, const h1_places *places,
                           FILE *out) {
  char note[320];
  print_yes("landlock", box->landlock > 0, out);
  for (size_t i = 0; i < places->count && box->landlock > 0; i++) {
    print_place(&places->item[i], out);
  }
  if (box->restart) {
    restart_note(box, note, sizeof note);
    fprintf(out, "  %s\n", note);
  }
  for (size_t i = 0; i < H1_LANDLOCK_ABIS; i++) {
    const h1_landlock_abi *a = &h1_landlock_abis[i];
    if (a->adds == NULL) continue;
    fprintf(out, "  ABI %d (Linux %s)%s: %s\n", a->abi, a->linux_version,
            a->abi > box->landlock ? " would add" : "", a->adds);
  }
}

static void print_seccomp(const h1_sandbox *box, FILE *out) {
  size_t count[H1_CALL_END + 1] = {0};
  print_yes("seccomp", box->seccomp, out);
  if (!box->seccomp) return;
  for (size_t i = 0; i < h1_call_count; i++) count[h1_calls[i].verdict]++;
  fprintf(out,
          "  %zu calls, and %zu with certain arguments, of %s; the others are "
          "unknown\n"
          "  %zu more until every thread runs; they end the process then, as "
          "%zu do from the start\n",
          count[H1_CALL_ALLOW], count[H1_CALL_CHECK], h1_seccomp_arch(),
          count[H1_CALL_START], count[H1_CALL_END]);
}

void h1_sandbox_print(const h1_sandbox *box, const h1_places *places,
                      FILE *out) {
  static const char *const modes[] = {"off", "try", "require"};
  fprintf(out, NAME_FORMAT "%s\n", "sandbox", modes[box->mode]);
  print_user(box, out);
  fprintf(out, NAME_FORMAT "%s\n", "capabilities",
          !box->capabilities ? "as it was started"
          : box->kept == 0   ? "none"
                             : "dac_read_search");
  print_yes("no_new_privs", box->no_new_privs, out);
  print_landlock(box, places, out);
  print_seccomp(box, out);
  if (box->missing[0] != '\0') {
    fprintf(out, NAME_FORMAT "%s\n", "missing", box->missing);
  }
}
