// One attack against any server, from the command line:
//
//   attack PORT ATTACK CONNECTIONS ADDRESSES [KEY=VALUE]...
//
// Keys: stream, submit, large, home, health (paths), health-port, probes,
// give-up (after so many that were not served), settle (milliseconds before the
// first probe). Others ask for `home`; where
// the attack hits uploads, they send 100 KB to `submit`. Prints what they got:
// "served N/M refused R worst W health N/M worst W opened K open K".
// `attack list` prints the attacks.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>

#include "tests/hostile/attack/attack.h"

namespace {

using h1_test::Attack;
using h1_test::Attackers;
using h1_test::ProbeResult;
using h1_test::Probes;
using h1_test::Target;

// 0 for what is none.
int Number(const std::string& text) {
  return static_cast<int>(strtol(text.c_str(), nullptr, 10));
}

using Keys = std::map<std::string, std::string>;

std::string ValueOf(const Keys& keys, const char* key,
                    const std::string& otherwise) {
  const auto found = keys.find(key);
  return found == keys.end() ? otherwise : found->second;
}

int NumberOf(const Keys& keys, const char* key, int otherwise) {
  const auto found = keys.find(key);
  return found == keys.end() ? otherwise : Number(found->second);
}

Target TargetOf(int port, const Keys& keys) {
  Target target;
  target.port = port;
  target.stream = ValueOf(keys, "stream", target.stream);
  target.submit = ValueOf(keys, "submit", target.submit);
  target.large = ValueOf(keys, "large", target.large);
  return target;
}

void Run(const Target& target, const Attack& attack, int connections,
         int addresses, const Keys& keys) {
  Target health_target = target;
  health_target.port = NumberOf(keys, "health-port", target.port);
  const std::string home = ValueOf(keys, "home", "/");
  const std::string health = ValueOf(keys, "health", "/_health");
  const int probes = NumberOf(keys, "probes", 100);
  Attackers attackers(target, attack, connections, addresses);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(NumberOf(keys, "settle", 1500)));
  ProbeResult alive;
  std::thread checks([&] {
    Probes checking = {health, "127.9.9.8", probes, 100};
    checking.give_up = NumberOf(keys, "give-up", checking.give_up);
    alive = h1_test::Probe(health_target, checking);
  });
  Probes others = {home, "127.9.9.9", probes, 1000};
  others.give_up = NumberOf(keys, "give-up", others.give_up);
  if (attack.hits_uploads) {
    others.path = target.submit;
    others.body_bytes = 100000;
  }
  const ProbeResult served = h1_test::Probe(target, others);
  checks.join();
  printf(
      "served %d/%d refused %d worst %d health %d/%d worst %d "
      "opened %llu open %d\n",
      served.served, probes, served.refused, served.worst_ms, alive.served,
      probes, alive.worst_ms,
      static_cast<unsigned long long>(attackers.opened()), attackers.open());
}

int Usage() {
  fprintf(stderr,
          "usage: attack PORT ATTACK CONNECTIONS ADDRESSES [KEY=VALUE]...\n"
          "       attack list\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "list") {
    for (const Attack& attack : h1_test::Attacks()) {
      printf("%-18s %s\n", attack.name, attack.what);
    }
    return 0;
  }
  if (argc < 5) return Usage();
  const Attack* attack = h1_test::FindAttack(argv[2]);
  Keys keys;
  for (int i = 5; i < argc; i++) {
    const std::string pair = argv[i];
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) return Usage();
    keys[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  const int port = Number(argv[1]), connections = Number(argv[3]),
            addresses = Number(argv[4]);
  if (attack == nullptr || port <= 0 || connections <= 0 || addresses <= 0) {
    return Usage();
  }
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Run(TargetOf(port, keys), *attack, connections, addresses, keys);
  return 0;
}
