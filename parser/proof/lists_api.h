/* What is proven of parser/lists.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_LISTS_API_H_
#define H1_PARSER_PROOF_LISTS_API_H_

/*@ requires \valid(l) && \valid(member);
    requires \separated(l, member, l->fields);
    requires h1_fields_sound(l->fields) && 0 <= l->id < H1_FIELD_COUNT;
    requires h1_readable(l->name);
    assigns l->line, l->at, l->malformed, *member;
    ensures \result ==> h1_readable(*member) && member->len > 0;
    ensures \result ==> l->line < l->fields->count;
    ensures \result ==> l->line > \old(l->line) ||
      (l->line == \old(l->line) && l->at > \old(l->at)); */
bool h1_list_next(h1_list *l, h1_slice *member);

/*@ requires \valid(rest) && \valid(name) && \valid(value) && \valid(quoted);
    requires h1_readable(*rest);
    requires \separated(rest, name, value, quoted,
                        rest->ptr + (0 .. rest->len - 1));
    assigns *rest, *name, *value, *quoted;
    ensures -1 <= \result <= 1 && h1_readable(*rest);
    ensures \result == 1 ==> rest->len < \old(rest->len);
    ensures rest->len <= \old(rest->len);
    ensures \result == 1 ==> h1_readable(*name) && name->len > 0 &&
      \forall integer i; 0 <= i < name->len ==> token_byte(name->ptr[i]);
    ensures \result == 1 ==> h1_readable(*value) &&
      \forall integer i; 0 <= i < value->len ==>
        value_byte(value->ptr[i]) || token_byte(value->ptr[i]); */
int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                  bool *quoted);

#endif
