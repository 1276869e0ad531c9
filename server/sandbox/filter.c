/* See filter.h. One row after the other, each with its verdict at once: kernels
 * since 5.11 find out by themselves which calls are always allowed, and run the
 * program for the others only. Older ones walk down to the row. */
#include "server/sandbox/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>

#define ROW(name, x86_64, arm64, verdict) {#name, {x86_64, arm64}, verdict},
const h1_call h1_calls[] = {H1_CALL_LIST(ROW)};
#undef ROW
const size_t h1_call_count = sizeof h1_calls / sizeof h1_calls[0];

#define ROW(name, argument, kind, value, otherwise) \
  {#name, argument, kind, value, otherwise},
const h1_call_rule h1_call_rules[] = {H1_CALL_RULES(ROW)};
#undef ROW
const size_t h1_call_rule_count =
    sizeof h1_call_rules / sizeof h1_call_rules[0];

/* Missing in the headers of older systems. */
#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000u
#endif

#define ENDS SECCOMP_RET_KILL_PROCESS
#define IS_UNKNOWN (SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA))
/* Calls of x86-64 with 32-bit pointers have numbers of their own. */
#define X32_BIT 0x40000000u

static const uint32_t audit_arch[H1_ARCH_COUNT] = {AUDIT_ARCH_X86_64,
                                                   AUDIT_ARCH_AARCH64};

typedef struct {
  struct sock_filter *code;
  size_t count, cap;
  h1_call_arch arch;
  uint32_t self;
} program;

static void emit(program *p, unsigned op, uint8_t if_true, uint8_t if_false,
                 uint32_t k) {
  const struct sock_filter one = {(uint16_t)op, if_true, if_false, k};
  if (p->count < p->cap) p->code[p->count] = one;
  p->count++;
}

static void emit_load(program *p, size_t offset) {
  emit(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void emit_return(program *p, uint32_t verdict) {
  emit(p, BPF_RET | BPF_K, 0, 0, verdict);
}

/* Both architectures are little-endian: the lower half comes first. */
static void emit_rule(program *p, const h1_call_rule *r) {
  const uint32_t value = r->kind == H1_RULE_IS_SELF ? p->self : r->value;
  emit_load(
      p, offsetof(struct seccomp_data, args) + r->argument * sizeof(uint64_t));
  if (r->kind == H1_RULE_SET) emit(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, value);
  if (r->kind == H1_RULE_CLEAR) {
    emit(p, BPF_JMP | BPF_JSET | BPF_K, 1, 0, value);
  } else {
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
  }
  emit_return(p, SECCOMP_RET_ALLOW);
}

/* The rules of a call, and what it gets when none holds; without any it is
 * allowed. */
static void emit_rules(program *p, const char *name) {
  uint32_t otherwise = SECCOMP_RET_ALLOW;
  for (size_t i = 0; i < h1_call_rule_count; i++) {
    const h1_call_rule *r = &h1_call_rules[i];
    if (strcmp(r->name, name) != 0) continue;
    emit_rule(p, r);
    otherwise = r->otherwise == H1_CALL_END ? ENDS : IS_UNKNOWN;
  }
  emit_return(p, otherwise);
}

static void emit_verdict(program *p, const h1_call *call) {
  switch (call->verdict) {
    case H1_CALL_ALLOW:
      emit_return(p, SECCOMP_RET_ALLOW);
      return;
    case H1_CALL_CHECK:
    case H1_CALL_START:
      emit_rules(p, call->name);
      return;
    case H1_CALL_END:
      emit_return(p, ENDS);
      return;
    case H1_CALL_ASK:
    case H1_CALL_UNKNOWN:
      break;
  }
  emit_return(p, IS_UNKNOWN);
}

/* Another architecture's numbers mean other calls. */
static program begin(h1_call_arch arch, uint32_t self, struct sock_filter *code,
                     size_t cap) {
  program p = {code, 0, cap, arch, self};
  emit_load(&p, offsetof(struct seccomp_data, arch));
  emit(&p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, audit_arch[arch]);
  emit_return(&p, ENDS);
  emit_load(&p, offsetof(struct seccomp_data, nr));
  if (arch == H1_ARCH_X86_64) {
    emit(&p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, X32_BIT);
    emit_return(&p, ENDS);
  }
  return p;
}

static size_t finish(program *p, uint32_t others) {
  emit_return(p, others);
  return p->count <= p->cap ? p->count : 0;
}

/* A jump over what is emitted next, which a row does that is not meant. */
static size_t begin_row(program *p, int number) {
  emit(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, (uint32_t)number);
  return p->count;
}

static void end_row(program *p, size_t begun) {
  if (p->count > p->cap) return;
  p->code[begun - 1].jf = (uint8_t)(p->count - begun);
}

size_t h1_filter_start(h1_call_arch arch, uint32_t self,
                       struct sock_filter *code, size_t cap) {
  program p = begin(arch, self, code, cap);
  for (size_t i = 0; i < h1_call_count; i++) {
    const int number = h1_calls[i].number[arch];
    if (number == H1_NO_CALL) continue;
    const size_t row = begin_row(&p, number);
    emit_verdict(&p, &h1_calls[i]);
    end_row(&p, row);
  }
  return finish(&p, IS_UNKNOWN);
}

size_t h1_filter_seal(h1_call_arch arch, struct sock_filter *code, size_t cap) {
  program p = begin(arch, 0, code, cap);
  for (size_t i = 0; i < h1_call_count; i++) {
    const h1_call *call = &h1_calls[i];
    const bool start_only =
        call->verdict == H1_CALL_START || call->verdict == H1_CALL_ASK;
    if (call->number[arch] == H1_NO_CALL || !start_only) continue;
    const size_t row = begin_row(&p, call->number[arch]);
    emit_return(&p, ENDS);
    end_row(&p, row);
  }
  return finish(&p, SECCOMP_RET_ALLOW);
}
