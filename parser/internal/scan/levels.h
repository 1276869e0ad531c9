/* Private: includes the file named by H1_LEVEL_FILE once for each level this
 * build has, with H1_LEVEL(name) giving the name its level's suffix.
 *
 * A leaf with vector instructions can only be inlined into a function compiled
 * for them, so each walk is written once, as such a file, and compiled per
 * level; calling the leaves through pointers instead would cost more than they
 * do. No include guard: used once per walk. */
#include "parser/internal/scan/block.h"

#define H1_LEVEL(name) name##_scalar
#include H1_LEVEL_FILE
#undef H1_LEVEL

#if defined(H1_VECTORS_X86)

#include "parser/internal/scan/level_sse.h"
#define H1_LEVEL(name) name##_sse
#include H1_LEVEL_FILE
#undef H1_LEVEL
#include "parser/internal/scan/level_end.h"

#include "parser/internal/scan/level_avx2.h"
#define H1_LEVEL(name) name##_avx2
#include H1_LEVEL_FILE
#undef H1_LEVEL
#include "parser/internal/scan/level_end.h"

#elif defined(H1_VECTORS_NEON)

#define H1_LEVEL(name) name##_neon
#include H1_LEVEL_FILE
#undef H1_LEVEL

#endif

#undef H1_LEVEL_FILE

/* Every level has its section walk now: no later file makes them again, should
 * all sources be compiled as one. */
#ifdef H1_SECTION_WALK_BEGUN
#define H1_SECTION_WALK_DONE
#endif
