#include "tests/repository/elf_file.h"

#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace h1_test {

ElfFile::ElfFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  bytes_ = all.str();
  if (!in || bytes_.compare(0, SELFMAG, ELFMAG) != 0) {
    throw std::runtime_error("not an ELF file: " + path);
  }
  header_ = table<Elf64_Ehdr>(0, sizeof(Elf64_Ehdr)).at(0);
  if (header_.e_ident[EI_CLASS] != ELFCLASS64 ||
      header_.e_ident[EI_DATA] != ELFDATA2LSB) {
    throw std::runtime_error("not 64-bit little-endian: " + path);
  }
  segments_ =
      table<Elf64_Phdr>(header_.e_phoff, header_.e_phnum * sizeof(Elf64_Phdr));
  for (const Elf64_Shdr& section : table<Elf64_Shdr>(
           header_.e_shoff, header_.e_shnum * sizeof(Elf64_Shdr))) {
    sections_.push_back({"", section});
  }
  for (Section& section : sections_) {
    section.name =
        string_at(sections_.at(header_.e_shstrndx), section.header.sh_name);
  }
}

template <typename T>
std::vector<T> ElfFile::table(uint64_t offset, uint64_t bytes) const {
  if (offset > bytes_.size() || bytes > bytes_.size() - offset) {
    throw std::runtime_error("truncated ELF file");
  }
  std::vector<T> rows(bytes / sizeof(T));
  if (!rows.empty()) {
    memcpy(rows.data(), bytes_.data() + offset, rows.size() * sizeof(T));
  }
  return rows;
}

std::string ElfFile::string_at(const Section& strings, uint64_t offset) const {
  const uint64_t at = strings.header.sh_offset + offset;
  const size_t end = bytes_.find('\0', at);
  if (end == std::string::npos) throw std::runtime_error("truncated string");
  return bytes_.substr(at, end - at);
}

std::vector<ElfFile::Symbol> ElfFile::symbols(bool dynamic) const {
  std::vector<Symbol> out;
  for (const Section& section : sections_) {
    if (section.header.sh_type != (dynamic ? SHT_DYNSYM : SHT_SYMTAB)) continue;
    const Section& names = sections_.at(section.header.sh_link);
    for (const Elf64_Sym& symbol :
         table<Elf64_Sym>(section.header.sh_offset, section.header.sh_size)) {
      out.push_back({string_at(names, symbol.st_name),
                     static_cast<unsigned char>(ELF64_ST_TYPE(symbol.st_info)),
                     static_cast<unsigned char>(ELF64_ST_BIND(symbol.st_info)),
                     symbol.st_shndx == SHN_UNDEF, symbol.st_shndx});
    }
  }
  return out;
}

std::vector<uint64_t> ElfFile::dynamic(int64_t tag) const {
  std::vector<uint64_t> out;
  for (const Section& section : sections_) {
    if (section.header.sh_type != SHT_DYNAMIC) continue;
    for (const Elf64_Dyn& entry :
         table<Elf64_Dyn>(section.header.sh_offset, section.header.sh_size)) {
      if (entry.d_tag == tag) out.push_back(entry.d_un.d_val);
    }
  }
  return out;
}

std::vector<std::string> ElfFile::dynamic_strings(int64_t tag) const {
  std::vector<std::string> out;
  for (const Section& section : sections_) {
    if (section.name != ".dynstr") continue;
    for (uint64_t offset : dynamic(tag)) {
      out.push_back(string_at(section, offset));
    }
  }
  return out;
}

}  // namespace h1_test
