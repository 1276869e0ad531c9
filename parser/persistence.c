/* Whether the connection persists, and whether the client waits for a 100.
 *
 * Without Connection and Expect both are decided on the `seen` bits alone.
 * Else the lines of one field are walked in order, so that a list given on
 * several lines is one list (RFC 9110 5.3).
 *
 * The contracts are in proof/persistence.h and proof/framing_api.h, and are
 * proven. */
#include "parser/persistence.h"

#include "parser/framing.h"
#include "parser/internal/members.h"

static const uint8_t CLOSE[] = "close";
static const uint8_t KEEP_ALIVE[] = "keep-alive";
static const uint8_t CONTINUE[] = "100-continue";

/* What the lines of Connection say, taken together. */
typedef struct {
  bool close, keep, invalid;
} options;

/* What the lines of Expect say, taken together. */
typedef struct {
  bool expected, unknown;
} expectations;

#ifdef __FRAMAC__
#include "parser/proof/persistence.h"
#endif

/* ------------------------------------------------------------- persistence */

/* Options are tokens without case (RFC 9110 7.6.1); empty members are ignored
 * (5.6.1.2). */
static options add_options(options before, h1_slice line) {
  options o = before;
  h1_span member = {0, 0};
  size_t at = 0;
  /*@ loop invariant at <= line.len + 1;
      loop invariant before.close ==> o.close;
      loop invariant before.keep ==> o.keep;
      loop invariant before.invalid ==> o.invalid;
      loop assigns o, member, at;
      loop variant line.len + 1 - at; */
  while (h1_next_member(line, &at, &member)) {
    const h1_slice option = h1_member_slice(line, member);
    if (h1_is_word(option, KEEP_ALIVE, sizeof KEEP_ALIVE - 1)) {
      o.keep = true;
    } else if (h1_is_word(option, CLOSE, sizeof CLOSE - 1)) {
      o.close = true;
    } else if (option.len != 0 && !h1_is_token_slice(option)) {
      o.invalid = true;
    }
  }
  return o;
}

/* RFC 9112 9.3: "close" wins over "keep-alive". */
static h1_error persistence(const h1_fields *f, unsigned minor_version,
                            bool *persists) {
  options o = {false, minor_version >= 1, false};
  *persists = o.keep;
  if (!h1_fields_has(f, H1_FIELD_CONNECTION)) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_CONNECTION, 0);
  /*@ loop invariant i <= f->count;
      loop assigns i, o;
      loop variant f->count - i; */
  while (i < f->count) {
    o = add_options(o, h1_fields_value(f, i));
    i = h1_fields_find(f, H1_FIELD_CONNECTION, i + 1);
  }
  *persists = o.keep && !o.close && !o.invalid;
  return o.invalid ? H1_CONNECTION_INVALID : H1_OK;
}

h1_error h1_persistence_of_request(const h1_request *r, bool *persists) {
  return persistence(&r->fields, r->minor_version, persists);
}

h1_error h1_persistence_of_response(const h1_response *r,
                                    const h1_framing *framing, bool *persists) {
  h1_error fault = persistence(&r->fields, r->minor_version, persists);
  const bool ends = framing->kind == H1_BODY_UNTIL_CLOSE ||
                    framing->kind == H1_BODY_TUNNEL ||
                    (framing->kind == H1_BODY_CHUNKED && r->minor_version < 1);
  if (ends) *persists = false;
  return fault;
}

/* ------------------------------------------------------------- expectation */

static expectations add_expectations(expectations before, h1_slice line) {
  expectations e = before;
  h1_span member = {0, 0};
  size_t at = 0;
  /*@ loop invariant at <= line.len + 1;
      loop invariant before.unknown ==> e.unknown;
      loop assigns e, member, at;
      loop variant line.len + 1 - at; */
  while (h1_next_member(line, &at, &member)) {
    const h1_slice text = h1_member_slice(line, member);
    const bool known = h1_is_word(text, CONTINUE, sizeof CONTINUE - 1);
    e.expected = e.expected || known;
    e.unknown = e.unknown || (!known && text.len != 0);
  }
  return e;
}

/* RFC 9110 10.1.1: a list of expectations; 100-continue, in any case and
 * without parameters, is the only one defined. */
h1_error h1_expectation_of_request(const h1_request *r,
                                   bool *expects_continue) {
  const h1_fields *f = &r->fields;
  expectations e = {false, false};
  *expects_continue = false;
  if (!h1_fields_has(f, H1_FIELD_EXPECT) || r->minor_version < 1) return H1_OK;
  size_t i = h1_fields_find(f, H1_FIELD_EXPECT, 0);
  /*@ loop invariant i <= f->count;
      loop assigns i, e;
      loop variant f->count - i; */
  while (i < f->count) {
    e = add_expectations(e, h1_fields_value(f, i));
    i = h1_fields_find(f, H1_FIELD_EXPECT, i + 1);
  }
  *expects_continue = e.expected && !e.unknown;
  return e.unknown ? H1_EXPECT_UNKNOWN : H1_OK;
}
