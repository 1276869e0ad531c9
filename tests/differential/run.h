// Shows inputs to every peer, compares, classifies and counts.
#ifndef H1_TESTS_DIFFERENTIAL_RUN_H_
#define H1_TESTS_DIFFERENTIAL_RUN_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/children.h"
#include "tests/differential/classes.h"
#include "tests/differential/servers.h"

namespace differential {

// A parser in this process: an adapter's shared object.
struct Library {
  std::string name;
  void (*read)(peer_kind, const uint8_t*, size_t, peer_reading*);
};

struct Peers {
  std::vector<Library> libraries;
  std::vector<std::unique_ptr<Child>> children;
  std::vector<ServerPeer> servers;
  std::vector<std::string> Names() const;
  size_t count() const {
    return libraries.size() + children.size() + servers.size();
  }
};

struct Input {
  std::string name;
  peer_kind kind;
  std::string bytes;
};

// Which peers see an input; the first kind costs microseconds, the last one
// milliseconds.
struct Shown {
  bool libraries = true, children = true, servers = true;
};

class Run {
 public:
  // Of what no class covers, Report prints the `show` most frequent.
  Run(const Peers* peers, size_t show) : peers_(peers), show_(show) {}

  void Show(const Input& input, Shown shown);

  // The same for a message that was written to say `meant`: the peers' readings
  // are compared with that, and so is our own decoder's.
  void ShowMeant(const Input& input, const peer_reading& meant, bool children);

  // Shrinks and prints what no class covers; false when there was something.
  bool Report();

  // Whether this class was seen; for the examples of the table.
  bool Saw(const char* class_id) const;
  size_t shown() const { return shown_; }

 private:
  struct Tally {
    size_t compared = 0, agreed = 0;
    std::map<std::string, size_t> classes;
  };
  struct Unknown {
    Input input;
    Disagreement found;
    bool may_shrink = true;
    size_t count = 0;
  };

  void Judge(const Input& input);
  void Note(const Input& input, const std::string& peer,
            const std::vector<Disagreement>& found, bool may_shrink = true);
  std::vector<Disagreement> CompareMeant(const std::string& peer,
                                         const peer_reading& meant);
  std::vector<Disagreement> Ask(const Library& library, const Input& input);
  std::vector<Disagreement> Ask(Child* child, const Input& input);
  std::vector<Disagreement> Ask(const ServerPeer& server, const Input& input);
  std::vector<Disagreement> AskByName(const std::string& peer,
                                      const Input& input);
  bool IsStill(const Unknown& unknown, const Input& smaller);
  Input Shrink(const Unknown& unknown);
  void PrintTallies() const;
  void PrintUnknown(const Unknown& unknown);

  const Peers* peers_;
  const size_t show_;
  Ours ours_;
  std::string connection_;
  std::string_view judged_;  // what ours_ is the reading of
  peer_reading theirs_;
  size_t shown_ = 0;
  size_t accepted_ = 0, thinly_ = 0;
  std::map<std::string, Tally> tallies_;
  std::map<std::string, Unknown> unknown_;
};

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_RUN_H_
