// What an ELF file says about itself, for the tests that judge what was built.
#ifndef H1_TESTS_REPOSITORY_ELF_FILE_H_
#define H1_TESTS_REPOSITORY_ELF_FILE_H_

#include <elf.h>

#include <string>
#include <vector>

namespace h1_test {

// A 64-bit little-endian object or executable, read whole. What the accessors
// return is copied or views `bytes_`, which lives as long as this does.
class ElfFile {
 public:
  struct Section {
    std::string name;
    Elf64_Shdr header;
  };
  struct Symbol {
    std::string name;
    unsigned char type;     // STT_FUNC, STT_OBJECT, ...
    unsigned char binding;  // STB_LOCAL, STB_GLOBAL, STB_WEAK
    bool undefined;
    size_t section;
  };

  // Throws std::runtime_error when `path` is not such a file.
  explicit ElfFile(const std::string& path);

  uint16_t type() const { return header_.e_type; }
  const std::vector<Section>& sections() const { return sections_; }
  const std::vector<Elf64_Phdr>& segments() const { return segments_; }

  // Of .symtab, or of .dynsym when asked.
  std::vector<Symbol> symbols(bool dynamic = false) const;
  // Values of every entry with this tag in the dynamic section.
  std::vector<uint64_t> dynamic(int64_t tag) const;
  // The same, for tags whose value is an offset into the dynamic string table.
  std::vector<std::string> dynamic_strings(int64_t tag) const;

 private:
  template <typename T>
  std::vector<T> table(uint64_t offset, uint64_t bytes) const;
  std::string string_at(const Section& strings, uint64_t offset) const;

  std::string bytes_;
  Elf64_Ehdr header_;
  std::vector<Section> sections_;
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace h1_test

#endif  // H1_TESTS_REPOSITORY_ELF_FILE_H_
