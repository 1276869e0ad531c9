#include "server/metrics/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/testing/json_check.h"

namespace {

using Render = h1_step (*)(const h1_metrics_source*, h1_buffer, size_t*);

// Two workers, the second of them the overload lane.
struct Fixture {
  std::unique_ptr<h1_metrics[]> workers{new h1_metrics[2]()};
  h1_acceptor_metrics acceptor = {};
  h1_metrics_source source = {};
  Fixture() {
    source.workers = workers.get();
    source.worker_count = 2;
    source.acceptor = &acceptor;
    source.queue_capacity = 128;
    source.max_connections = 4096;
  }
  // Renders into an exact-size block.
  std::string Text(Render render) const {
    std::unique_ptr<uint8_t[]> bytes(new uint8_t[H1_METRICS_BYTES]);
    size_t size = 0;
    EXPECT_EQ(render(&source, {bytes.get(), H1_METRICS_BYTES}, &size), H1_DONE);
    return std::string(reinterpret_cast<char*>(bytes.get()), size);
  }
};

h1::JsonCheck::Values Json(const Fixture& f) {
  h1::JsonCheck::Values values;
  std::string text = f.Text(h1_metrics_json);
  EXPECT_TRUE(h1::JsonCheck::Read(text, &values)) << text;
  return values;
}

// ---- a reader of the Prometheus text format, with promtool's rules ----

struct Family {
  std::string type;
  std::vector<std::pair<std::string, std::string>> samples;  // name+labels
};

class Prometheus {
 public:
  explicit Prometheus(const std::string& text) {
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.back(), '\n');
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) Line(line);
    for (const auto& [name, family] : families_) Check(name, family);
  }
  const std::string& operator[](const std::string& sample) {
    EXPECT_EQ(values_.count(sample), 1u) << sample;
    return values_[sample];
  }
  size_t count(const std::string& sample) const {
    return values_.count(sample);
  }

 private:
  void Line(const std::string& line) {
    static const std::regex kHelp(
        "# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^ ].*[^ ])");
    static const std::regex kType(
        "# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
    static const std::regex kSample(
        "([a-zA-Z_:][a-zA-Z0-9_:]*)"
        "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\n\"])*\"\\})? "
        "([0-9]+(\\.[0-9]+)?)");
    std::smatch m;
    if (std::regex_match(line, m, kHelp)) {
      EXPECT_TRUE(helped_.insert(m[1]).second) << "second HELP: " << line;
      current_ = m[1];
    } else if (std::regex_match(line, m, kType)) {
      EXPECT_EQ(current_, m[1]) << "TYPE without HELP: " << line;
      EXPECT_TRUE(families_.emplace(m[1], Family{m[2], {}}).second) << line;
    } else if (std::regex_match(line, m, kSample)) {
      Sample(m[1], m[2], m[4]);
    } else {
      ADD_FAILURE() << "not a line of the format: " << line;
    }
  }

  void Sample(const std::string& name, const std::string& labels,
              const std::string& value) {
    ASSERT_EQ(families_.count(current_), 1u) << name;
    Family& family = families_[current_];
    std::string rest = name.substr(0, current_.size()) == current_
                           ? name.substr(current_.size())
                           : "?";
    if (family.type == "histogram") {
      EXPECT_TRUE(rest == "_bucket" || rest == "_sum" || rest == "_count")
          << name;
    } else {
      EXPECT_EQ(rest, "") << name << " outside its family";
    }
    family.samples.emplace_back(rest + labels, value);
    EXPECT_TRUE(values_.emplace(name + labels, value).second) << name << labels;
  }

  static bool EndsIn(const std::string& s, const std::string& end) {
    return s.size() >= end.size() &&
           s.compare(s.size() - end.size(), end.size(), end) == 0;
  }

  void Check(const std::string& name, const Family& family) {
    EXPECT_EQ(name.compare(0, 3, "h1_"), 0) << name;
    EXPECT_EQ(EndsIn(name, "_total"), family.type == "counter") << name;
    for (const char* reserved : {"_count", "_sum", "_bucket", "_info", "_ms",
                                 "_us", "_milliseconds", "_kilobytes"}) {
      EXPECT_FALSE(EndsIn(name, reserved)) << name;
    }
    if (family.type == "histogram") CheckHistogram(family);
  }

  static void CheckHistogram(const Family& family) {
    double bound = -1;
    double below = 0;
    std::string last, count;
    bool sum = false, infinite = false;
    for (const auto& [name, value] : family.samples) {
      if (name.compare(0, 12, "_bucket{le=\"") == 0) {
        std::string le = name.substr(12, name.size() - 14);
        double upper = le == "+Inf" ? INFINITY : std::stod(le);
        EXPECT_GT(upper, bound);
        EXPECT_GE(std::stod(value), below);
        EXPECT_FALSE(infinite) << "+Inf is not the last bucket";
        infinite = le == "+Inf";
        bound = upper;
        below = std::stod(value);
        last = value;
      }
      sum = sum || name == "_sum";
      if (name == "_count") count = value;
    }
    EXPECT_TRUE(infinite && sum);
    EXPECT_EQ(count, last);
  }

  std::string current_;
  std::set<std::string> helped_;
  std::map<std::string, Family> families_;
  std::map<std::string, std::string> values_;
};

// ---- counting ----

TEST(MetricsLatency, ABoundBelongsToItsBucket) {
  for (size_t i = 0; i < H1_LATENCY_BUCKETS; i++) {
    Fixture f;
    h1_metrics* m = &f.workers[0];
    h1_metrics_latency(m, h1_latency_bounds_us[i]);
    EXPECT_EQ(h1_counter_get(&m->latency[i]), 1u);
    h1_metrics_latency(m, h1_latency_bounds_us[i] + uint64_t{1});
    EXPECT_EQ(h1_counter_get(&m->latency[i + 1]), 1u);
    EXPECT_EQ(h1_counter_get(&m->latency_sum_us),
              uint64_t{2} * h1_latency_bounds_us[i] + 1);
  }
}

TEST(MetricsLatency, NothingAndTheLongestHaveABucket) {
  Fixture f;
  h1_metrics_latency(&f.workers[0], 0);
  h1_metrics_latency(&f.workers[0], UINT64_MAX);
  EXPECT_EQ(h1_counter_get(&f.workers[0].latency[0]), 1u);
  EXPECT_EQ(h1_counter_get(&f.workers[0].latency[H1_LATENCY_BUCKETS]), 1u);
}

TEST(MetricsLatency, BoundsAscend) {
  for (size_t i = 1; i < H1_LATENCY_BUCKETS; i++) {
    EXPECT_LT(h1_latency_bounds_us[i - 1], h1_latency_bounds_us[i]);
  }
}

TEST(MetricsLayout, WritersShareNoCacheLine) {
  EXPECT_EQ(sizeof(h1_metrics) % 64, 0u);
  EXPECT_EQ(alignof(h1_metrics), 64u);
  EXPECT_EQ(sizeof(h1_acceptor_metrics) % 64, 0u);
}

TEST(MetricsCounter, AReaderMayLookWhileTheWriterCounts) {
  Fixture f;
  std::thread writer([&] {
    for (int i = 0; i < 10000; i++) {
      h1_counter_add(&f.workers[0].requests, 1);
      h1_metrics_latency(&f.workers[0], 10);
    }
  });
  uint64_t before = 0;
  for (int i = 0; i < 100; i++) {
    uint64_t now = std::stoull(Json(f)["requests_total"]);
    EXPECT_GE(now, before);
    before = now;
  }
  writer.join();
  EXPECT_EQ(Json(f)["requests_total"], "10000");
}

// ---- both renderings ----

// Every counter with its place in both renderings.
struct Place {
  h1_counter* counter;
  const char* json;
  const char* prometheus;
};

std::vector<Place> WorkerPlaces(h1_metrics* m) {
  return {
      {&m->requests, "requests_total", "h1_requests_total"},
      {&m->reused, "requests_reused", "h1_requests_reused_total"},
      {&m->status_class[0], "responses.none",
       "h1_responses_total{class=\"none\"}"},
      {&m->status_class[1], "responses.1xx",
       "h1_responses_total{class=\"1xx\"}"},
      {&m->status_class[5], "responses.5xx",
       "h1_responses_total{class=\"5xx\"}"},
      {&m->refusals[H1_HOST_MISSING], "refusals.host_missing",
       "h1_refusals_total{reason=\"host_missing\"}"},
      {&m->refusals[H1_ENCODE_FRAMING], "refusals.encode_framing",
       "h1_refusals_total{reason=\"encode_framing\"}"},
      {&m->bytes_in, "bytes.in", "h1_received_bytes_total"},
      {&m->bytes_out, "bytes.out", "h1_sent_bytes_total"},
      {&m->connections_opened, "connections.opened",
       "h1_connections_opened_total"},
      {&m->connections_closed, "connections.closed",
       "h1_connections_closed_total"},
      {&m->idle_closed, "connections.idle_closed",
       "h1_connections_idle_closed_total"},
      {&m->unacked_closed, "connections.unacked_closed",
       "h1_connections_unacked_closed_total"},
      {&m->internal_errors, "connections.internal_errors",
       "h1_internal_errors_total"},
      {&m->blocks_used, "memory.blocks_used", "h1_blocks_used"},
      {&m->blocks_used_max, "memory.blocks_used_max", "h1_blocks_used_max"},
      {&m->memory_waits, "memory.waits", "h1_memory_waits_total"},
      {&m->log_lines, "log.lines", "h1_log_lines_total"},
      {&m->log_drops, "log.drops", "h1_log_drops_total"},
      {&m->latency_sum_us, "latency_us.sum", nullptr},
  };
}

std::vector<Place> AcceptorPlaces(h1_acceptor_metrics* m) {
  return {
      {&m->accepted, "connections.accepted", "h1_connections_accepted_total"},
      {&m->accept_errors, "connections.accept_errors",
       "h1_accept_errors_total"},
      {&m->accept_paused, "connections.accept_paused",
       "h1_accept_pauses_total"},
      {&m->queue_depth, "queue.depth", "h1_queue_depth"},
      {&m->queue_depth_max, "queue.max", "h1_queue_depth_max"},
      {&m->queue_full, "queue.full", "h1_queue_full_total"},
      {&m->queue_expired, "queue.expired", "h1_queue_expired_total"},
      {&m->over_share, "clients.over_share", "h1_clients_over_share_total"},
  };
}

TEST(MetricsRender, EveryCounterIsSummedIntoItsOwnPlace) {
  Fixture f;
  auto first = WorkerPlaces(&f.workers[0]);
  auto lane = WorkerPlaces(&f.workers[1]);
  auto acceptor = AcceptorPlaces(&f.acceptor);
  std::map<std::string, std::string> json, prometheus;
  auto expect = [&](const Place& p, uint64_t n) {
    json[p.json] = std::to_string(n);
    if (p.prometheus != nullptr) prometheus[p.prometheus] = std::to_string(n);
  };
  for (size_t i = 0; i < first.size(); i++) {
    h1_counter_set(first[i].counter, 1000 + i);
    h1_counter_set(lane[i].counter, 50000 * (i + 1));
    expect(first[i], 1000 + i + 50000 * (i + 1));
  }
  for (size_t i = 0; i < acceptor.size(); i++) {
    h1_counter_set(acceptor[i].counter, 7 + i);
    expect(acceptor[i], 7 + i);
  }
  auto values = Json(f);
  Prometheus samples(f.Text(h1_metrics_prometheus));
  for (const auto& [path, value] : json) EXPECT_EQ(values[path], value) << path;
  for (const auto& [name, value] : prometheus) {
    EXPECT_EQ(samples[name], value) << name;
  }
}

TEST(MetricsRender, UnusedFilesAreShownByReason) {
  Fixture f;
  f.source.unused = {11, 12, 13, 14};
  auto values = Json(f);
  Prometheus samples(f.Text(h1_metrics_prometheus));
  const std::pair<const char*, const char*> rows[] = {
      {"older", "11"}, {"empty", "12"}, {"no_smaller", "13"}, {"window", "14"}};
  for (const auto& [reason, count] : rows) {
    EXPECT_EQ(values[std::string("precompressed_unused.") + reason], count);
    EXPECT_EQ(samples[std::string("h1_precompressed_unused_total{reason=\"") +
                      reason + "\"}"],
              count);
  }
}

TEST(MetricsRender, TheSourceIsShown) {
  Fixture f;
  f.source.uptime_s = 77;
  f.source.memory_bound_bytes = 1000;
  f.source.memory_resident_bytes = 900;
  f.source.draining = true;
  f.source.config_generation = 3;
  f.source.config_failures = 2;
  f.source.config_waits = true;
  auto values = Json(f);
  EXPECT_EQ(values["uptime_seconds"], "77");
  EXPECT_EQ(values["workers"], "1");
  EXPECT_EQ(values["draining"], "true");
  EXPECT_EQ(values["config.generation"], "3");
  EXPECT_EQ(values["config.failures"], "2");
  EXPECT_EQ(values["config.waiting"], "true");
  EXPECT_EQ(values["queue.capacity"], "128");
  EXPECT_EQ(values["connections.max"], "4096");
  EXPECT_EQ(values["memory.bound"], "1000");
  EXPECT_EQ(values["memory.resident"], "900");
  Prometheus samples(f.Text(h1_metrics_prometheus));
  EXPECT_EQ(samples["h1_uptime_seconds"], "77");
  EXPECT_EQ(samples["h1_workers"], "1");
  EXPECT_EQ(samples["h1_draining"], "1");
  EXPECT_EQ(samples["h1_config_generation"], "3");
  EXPECT_EQ(samples["h1_config_failures_total"], "2");
  EXPECT_EQ(samples["h1_config_waiting"], "1");
  EXPECT_EQ(samples["h1_queue_capacity"], "128");
  EXPECT_EQ(samples["h1_connections_limit"], "4096");
  EXPECT_EQ(samples["h1_memory_bound_bytes"], "1000");
  EXPECT_EQ(samples["h1_memory_resident_bytes"], "900");
}

TEST(MetricsRender, WhoIsOverItsShareIsNamed) {
  Fixture f;
  EXPECT_EQ(Json(f)["clients.over_share_client"], "null");
  h1_peer peer = {{127, 0, 0, 9}, 1, 2, false, false};
  for (uint8_t host = 9; host < 14; host++) {
    peer.address[3] = host;
    h1_metrics_note_over_share(&f.acceptor, &peer);
    const std::string name = "127.0.0." + std::to_string(host);
    EXPECT_EQ(Json(f)["clients.over_share_client"], "'" + name + "'");
    Prometheus samples(f.Text(h1_metrics_prometheus));
    EXPECT_EQ(samples["h1_client_over_share{client=\"" + name + "\"}"], "1");
  }
}

TEST(MetricsRender, ALogLineThatNeverGotOutIsADrop) {
  Fixture f;
  h1_counter_set(&f.workers[0].log_lines, 10);
  h1_counter_set(&f.workers[0].log_drops, 2);
  f.source.log_lost = 3;
  auto values = Json(f);
  EXPECT_EQ(values["log.lines"], "7");
  EXPECT_EQ(values["log.drops"], "5");
}

TEST(MetricsRender, WhatIsUnknownOrNeverHappenedIsLeftOut) {
  Fixture f;
  auto values = Json(f);
  EXPECT_EQ(values["memory.bound"], "null");
  EXPECT_EQ(values["memory.resident"], "null");
  EXPECT_EQ(values["draining"], "false");
  EXPECT_EQ(f.Text(h1_metrics_json).find("host_missing"), std::string::npos);
  EXPECT_NE(f.Text(h1_metrics_json).find("\"refusals\":{}"), std::string::npos);
  Prometheus samples(f.Text(h1_metrics_prometheus));
  EXPECT_EQ(samples.count("h1_memory_bound_bytes"), 0u);
  EXPECT_EQ(samples.count("h1_refusals_total{reason=\"host_missing\"}"), 0u);
}

TEST(MetricsRender, ActiveIsOpenedLessClosedAndNeverNegative) {
  Fixture f;
  h1_counter_set(&f.workers[0].connections_opened, 5);
  h1_counter_set(&f.workers[1].connections_closed, 3);
  EXPECT_EQ(Json(f)["connections.active"], "2");
  h1_counter_set(&f.workers[1].connections_closed, 6);
  EXPECT_EQ(Json(f)["connections.active"], "0");
  EXPECT_EQ(Prometheus(f.Text(h1_metrics_prometheus))["h1_connections_active"],
            "0");
}

TEST(MetricsRender, HistogramsAreCumulative) {
  Fixture f;
  h1_metrics_latency(&f.workers[0], 50);
  h1_metrics_latency(&f.workers[1], 51);
  h1_metrics_latency(&f.workers[1], 20000000);
  auto values = Json(f);
  EXPECT_EQ(values["latency_us.buckets.0.le"], "50");
  EXPECT_EQ(values["latency_us.buckets.0.count"], "1");
  EXPECT_EQ(values["latency_us.buckets.1.count"], "2");
  EXPECT_EQ(values["latency_us.buckets.15.le"], "10000000");
  EXPECT_EQ(values["latency_us.buckets.15.count"], "2");
  EXPECT_EQ(values["latency_us.buckets.16.le"], "null");
  EXPECT_EQ(values["latency_us.buckets.16.count"], "3");
  EXPECT_EQ(values["latency_us.count"], "3");
  EXPECT_EQ(values["latency_us.sum"], "20000101");
  Prometheus samples(f.Text(h1_metrics_prometheus));
  const std::string name = "h1_request_duration_seconds";
  EXPECT_EQ(samples[name + "_bucket{le=\"0.00005\"}"], "1");
  EXPECT_EQ(samples[name + "_bucket{le=\"0.0025\"}"], "2");
  EXPECT_EQ(samples[name + "_bucket{le=\"1\"}"], "2");
  EXPECT_EQ(samples[name + "_bucket{le=\"2.5\"}"], "2");
  EXPECT_EQ(samples[name + "_bucket{le=\"10\"}"], "2");
  EXPECT_EQ(samples[name + "_bucket{le=\"+Inf\"}"], "3");
  EXPECT_EQ(samples[name + "_count"], "3");
  EXPECT_EQ(samples[name + "_sum"], "20.000101");
}

void FillWithLargest(Fixture* f) {
  // Every counter of the structs, whatever their names.
  for (size_t w = 0; w < 2; w++) {
    memset(static_cast<void*>(&f->workers[w]), 0xFF, sizeof(h1_metrics));
  }
  memset(static_cast<void*>(&f->acceptor), 0xFF, sizeof(f->acceptor));
  f->source.uptime_s = f->source.queue_capacity = f->source.max_connections =
      f->source.memory_bound_bytes = f->source.memory_resident_bytes =
          UINT64_MAX;
}

TEST(MetricsRender, TheLargestValuesFitInThePromisedRoom) {
  Fixture f;
  FillWithLargest(&f);
  const std::string largest = "18446744073709551615";
  auto values = Json(f);
  EXPECT_EQ(values["requests_total"], largest); /* sums saturate */
  EXPECT_EQ(values["latency_us.count"], largest);
  Prometheus samples(f.Text(h1_metrics_prometheus));
  EXPECT_EQ(samples["h1_request_duration_seconds_sum"],
            "18446744073709.551615");
  for (int i = 0; i < H1_ERROR_COUNT; i++) {
    std::string name = h1_error_name(static_cast<h1_error>(i));
    EXPECT_EQ(values["refusals." + name], largest);
    EXPECT_EQ(samples["h1_refusals_total{reason=\"" + name + "\"}"], largest);
  }
}

TEST(MetricsRender, IsAllOrNothing) {
  Fixture f;
  FillWithLargest(&f);
  for (Render render : {h1_metrics_json, h1_metrics_prometheus}) {
    std::string whole = f.Text(render);
    for (size_t room = 0; room <= whole.size(); room++) {
      if (room > 64 && room + 64 < whole.size() && room % 97 != 0) continue;
      std::vector<uint8_t> bytes(room, 0xAA);
      size_t size = 0;
      h1_step step = render(&f.source, {bytes.data(), room}, &size);
      EXPECT_EQ(size, whole.size());
      EXPECT_EQ(step, room < whole.size() ? H1_NEED_ROOM : H1_DONE);
      if (step == H1_NEED_ROOM) {
        EXPECT_EQ(bytes, std::vector<uint8_t>(room, 0xAA));
      } else {
        EXPECT_EQ(std::string(bytes.begin(), bytes.end()), whole);
      }
    }
  }
}

TEST(MetricsRender, WithoutWorkersThereIsStillAnAnswer) {
  Fixture f;
  f.source.worker_count = 0;
  EXPECT_EQ(Json(f)["workers"], "0");
  Prometheus samples(f.Text(h1_metrics_prometheus));
  EXPECT_EQ(samples["h1_requests_total"], "0");
}

}  // namespace
