#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <vector>

#include "server/base/queue.h"

namespace {

h1_accepted Item(int fd, uint64_t queued_ms) {
  h1_accepted a = {};
  a.fd = fd;
  a.queued_ms = queued_ms;
  return a;
}

struct Queue {
  explicit Queue(size_t capacity) : items(capacity) {
    ok = h1_queue_init(&queue, items.data(), capacity);
  }
  ~Queue() { h1_queue_deinit(&queue); }
  std::vector<h1_accepted> items;
  h1_queue queue;
  bool ok;
};

bool IsFd(const h1_accepted* item, const void* fd) {
  return item->fd == *static_cast<const int*>(fd);
}

// From any place, with the ring at any turn: the others keep their order.
TEST(Queue, TakesOutWhoIsWanted) {
  for (int turn = 0; turn < 5; turn++) {
    for (int wanted = 0; wanted < 5; wanted++) {
      Queue q(5);
      h1_accepted out;
      size_t left = 0;
      for (int i = 0; i < turn; i++) {
        const h1_accepted item = Item(99, 0);
        ASSERT_TRUE(h1_queue_push(&q.queue, &item));
        ASSERT_TRUE(h1_queue_pop(&q.queue, &out, &left));
      }
      for (int i = 0; i < 5; i++) {
        const h1_accepted item = Item(i, 0);
        ASSERT_TRUE(h1_queue_push(&q.queue, &item));
      }
      ASSERT_TRUE(h1_queue_find(&q.queue, IsFd, &wanted, &out));
      EXPECT_EQ(out.fd, wanted);
      EXPECT_EQ(h1_queue_depth(&q.queue), 5u);
      ASSERT_TRUE(h1_queue_pop_wanted(&q.queue, IsFd, &wanted, &out, &left));
      EXPECT_EQ(out.fd, wanted);
      EXPECT_EQ(left, 4u);
      EXPECT_FALSE(h1_queue_find(&q.queue, IsFd, &wanted, &out));
      EXPECT_FALSE(h1_queue_pop_wanted(&q.queue, IsFd, &wanted, &out, &left));
      EXPECT_EQ(left, 4u);
      for (int i = 0; i < 5; i++) {
        if (i == wanted) continue;
        ASSERT_TRUE(h1_queue_pop(&q.queue, &out, &left));
        EXPECT_EQ(out.fd, i);
      }
    }
  }
}

TEST(Queue, SaysFullAndKeepsOrderAcrossItsEnd) {
  Queue q(3);
  ASSERT_TRUE(q.ok);
  h1_accepted out;
  size_t left = 0;
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < 3; i++) {
      const h1_accepted item = Item(round * 10 + i, 0);
      EXPECT_TRUE(h1_queue_push(&q.queue, &item));
    }
    const h1_accepted extra = Item(99, 0);
    EXPECT_FALSE(h1_queue_push(&q.queue, &extra));
    for (int i = 0; i < 3; i++) {
      ASSERT_TRUE(h1_queue_pop(&q.queue, &out, &left));
      EXPECT_EQ(out.fd, round * 10 + i);
      EXPECT_EQ(left, static_cast<size_t>(2 - i));
    }
    EXPECT_FALSE(h1_queue_pop(&q.queue, &out, &left));
  }
}

TEST(Queue, OnlyTheExpiredAreTakenByTime) {
  Queue q(4);
  const h1_accepted early = Item(1, 100), late = Item(2, 200);
  h1_queue_push(&q.queue, &early);
  h1_queue_push(&q.queue, &late);
  h1_accepted out;
  EXPECT_EQ(h1_queue_oldest(&q.queue), 100u);
  EXPECT_FALSE(h1_queue_pop_expired(&q.queue, 99, &out));
  ASSERT_TRUE(h1_queue_pop_expired(&q.queue, 100, &out));
  EXPECT_EQ(out.fd, 1);
  EXPECT_FALSE(h1_queue_pop_expired(&q.queue, 150, &out));
  EXPECT_EQ(h1_queue_oldest(&q.queue), 200u);
}

constexpr int kItems = 20000;
struct Shared {
  Queue q{16};
  std::vector<int> seen = std::vector<int>(kItems);
  int popped = 0;
};

// stdatomic.h and <atomic> do not go together before C++23.
void* PopAll(void* arg) {
  Shared* s = static_cast<Shared*>(arg);
  h1_accepted out;
  size_t left;
  while (__atomic_load_n(&s->popped, __ATOMIC_RELAXED) < kItems) {
    if (!h1_queue_pop(&s->q.queue, &out, &left)) {
      sched_yield();
      continue;
    }
    __atomic_fetch_add(&s->seen[static_cast<size_t>(out.fd)], 1,
                       __ATOMIC_RELAXED);
    __atomic_fetch_add(&s->popped, 1, __ATOMIC_RELAXED);
  }
  return nullptr;
}

TEST(Queue, EveryConnectionIsPoppedExactlyOnceByManyThreads) {
  Shared s;
  pthread_t poppers[3];
  for (pthread_t& p : poppers) {
    ASSERT_EQ(pthread_create(&p, nullptr, PopAll, &s), 0);
  }
  for (int i = 0; i < kItems; i++) {
    const h1_accepted item = Item(i, 0);
    while (!h1_queue_push(&s.q.queue, &item)) sched_yield();
  }
  for (pthread_t p : poppers) pthread_join(p, nullptr);
  for (int i = 0; i < kItems; i++) {
    ASSERT_EQ(s.seen[static_cast<size_t>(i)], 1) << i;
  }
}

}  // namespace
