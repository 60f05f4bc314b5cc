/* The C example once more, with tables of another minor version than the host's: OLDER ones end
 * before the entries that let it be stopped and closed, right before memory that nobody may touch;
 * NEWER ones go on behind what this host knows. `primes.c` is a copy of the example with the ABI
 * of its manifest changed. */
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#define sqlflow_plugin_v1 entry_of_primes
#include "primes.c"
#undef sqlflow_plugin_v1

typedef struct {
  sqlflow_source_api known;
  void (*later[4])(void);
} newer_source_t;

typedef struct {
  sqlflow_plugin_api known;
  const void* later[4];
} newer_plugin_t;

/* A copy of the first bytes of a table, with nothing readable behind it. */
static void* at_the_edge(const void* table, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  unsigned char* two =
      mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (two == MAP_FAILED || mprotect(two + page, page, PROT_NONE) != 0) return NULL;
  memcpy(two + page - size, table, size);
  memcpy(two + page - size, &size, sizeof size);
  return two + page - size;
}

static void lost(void) { abort(); }

sqlflow_status sqlflow_plugin_v1(const sqlflow_host_api* host, const sqlflow_plugin_api** out,
                                 sqlflow_buf* err) {
  static newer_source_t newer_source;
  static newer_plugin_t newer_plugin;
  sqlflow_status status = entry_of_primes(host, out, err);
  newer_plugin.known = **out;
#ifdef OLDER
  newer_plugin.known.source =
      at_the_edge(&source, offsetof(sqlflow_source_api, reader_checkpoint));
  (void)newer_source, (void)lost;
#else
  newer_source.known = source;
  newer_source.known.struct_size = sizeof newer_source;
  for (int i = 0; i < 4; i++) newer_source.later[i] = lost, newer_plugin.later[i] = &newer_source;
  newer_plugin.known.source = &newer_source.known;
  newer_plugin.known.struct_size = sizeof newer_plugin;
  newer_plugin.known.abi_minor = 7;
  (void)at_the_edge;
#endif
  *out = &newer_plugin.known;
  return status;
}
