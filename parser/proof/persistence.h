/* What is proven of parser/persistence.c: see README.md here. For Frama-C
 * alone.
 */
#ifndef H1_PARSER_PROOF_PERSISTENCE_H_
#define H1_PARSER_PROOF_PERSISTENCE_H_

/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    assigns \nothing;
    ensures before.close ==> \result.close;
    ensures before.keep ==> \result.keep;
    ensures before.invalid ==> \result.invalid; */
static options add_options(options before, h1_slice line);

/*@ requires h1_fields_sound(f) && \valid(persists);
    requires \separated(persists, f, f->headers + (0 .. f->count - 1),
                        f->base.ptr + (0 .. f->base.len - 1));
    assigns *persists;
    ensures !h1_seen(f, H1_FIELD_CONNECTION) ==>
      \result == H1_OK && (*persists <==> minor_version >= 1);
    ensures \result == H1_OK || \result == H1_CONNECTION_INVALID;
    ensures \result != H1_OK ==> !*persists; */
static h1_error persistence(const h1_fields *f, unsigned minor_version,
                            bool *persists);

/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    assigns \nothing;
    ensures before.unknown ==> \result.unknown; */
static expectations add_expectations(expectations before, h1_slice line);

#endif
