#include "tests/attacks/table.h"

namespace h1_test {

std::vector<Attack> RequestAttacks() {
  std::vector<Attack> all;
  for (const auto& family :
       {LineAttacks(), TargetAttacks(), FieldAttacks(), HostAttacks(),
        LengthAttacks(), CodingAttacks(), ChunkAttacks(), TrailerAttacks(),
        ByteAttacks(), CodingByteAttacks()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

}  // namespace h1_test
