/* SQLFlow connector ABI, major 1, minor 0. Final: a later minor only adds entries at the ends of the tables.
 * docs/reference/abi.md explains it; arrow_c_data.h beside this file defines the Arrow structs.
 * 1. tables only grow at the end, `struct_size` tells what is there; optional entries may be NULL; 2. frozen structs (sqlflow_slice, sqlflow_buf,
 * Arrow*) never change; 3. every call returns sqlflow_status, details as Error JSON in `err`; a stream's get_last_error returns the same Error JSON;
 * 4. who allocates frees (`release`); 5. no call may unwind; 6. a session, reader or writer is used by one thread at a time and may move;
 * *_cancel: any thread, any time, never blocks; 7. the library is never unloaded; 8. JSON: ignore unknown keys, default missing ones. */
#ifndef SQLFLOW_ABI_V1_H
#define SQLFLOW_ABI_V1_H
#include <stddef.h>
#include <stdint.h>
#define SQLFLOW_ABI_MAJOR 1u
#define SQLFLOW_ABI_MINOR 0u
#define SQLFLOW_ABI_MAGIC UINT64_C(0x53514c464c4f5731) /* the bytes SQLFLOW1, most significant first */
struct ArrowSchema; struct ArrowArray; struct ArrowArrayStream;
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t sqlflow_status; /* 0 ok, 1 error, 2 panic, 3 cancelled, 4 abi, 5 unsupported */
typedef struct { const uint8_t* ptr; size_t len; } sqlflow_slice;
typedef struct sqlflow_buf { uint8_t* ptr; size_t len, cap; void (*release)(struct sqlflow_buf*); } sqlflow_buf;
typedef struct sqlflow_session sqlflow_session; typedef struct sqlflow_reader sqlflow_reader; typedef struct sqlflow_writer sqlflow_writer;
typedef struct {                                     /* services of the host */
  size_t struct_size; uint32_t abi_major, abi_minor; void* ctx;
  void (*log)(void* ctx, int32_t level, sqlflow_slice component, sqlflow_slice json);
  void (*event)(void* ctx, sqlflow_slice json);      /* warning, progress, wait, recovered */
  int32_t (*is_cancelled)(void* ctx);
  int32_t (*fault)(void* ctx, sqlflow_slice entry);  /* conformance tests only, else NULL: 1 = fail at this entry, such as source.check */
} sqlflow_host_api;
typedef struct {
  size_t struct_size;
  sqlflow_status (*open)(const sqlflow_host_api*, sqlflow_slice config, sqlflow_session** out, sqlflow_buf* err);
  void (*close)(sqlflow_session*);
  void (*session_cancel)(sqlflow_session*);
  sqlflow_status (*check)(sqlflow_session*, sqlflow_buf* report, sqlflow_buf* err);
  sqlflow_status (*discover)(sqlflow_session*, sqlflow_slice request, sqlflow_buf* catalog, sqlflow_buf* err);
  sqlflow_status (*schema)(sqlflow_session*, sqlflow_slice request, struct ArrowSchema* out, sqlflow_buf* err);
  sqlflow_status (*plan)(sqlflow_session*, sqlflow_slice request, sqlflow_buf* plan, sqlflow_buf* err);
  sqlflow_status (*read)(sqlflow_session*, sqlflow_slice request, sqlflow_slice partition, struct ArrowArrayStream* rows, sqlflow_reader** control, sqlflow_buf* err);
  sqlflow_status (*reader_checkpoint)(sqlflow_reader*, sqlflow_buf* state, sqlflow_buf* err); /* for exactly the batches already returned */
  void (*reader_cancel)(sqlflow_reader*);
  void (*reader_close)(sqlflow_reader*);
} sqlflow_source_api;
typedef struct {
  size_t struct_size;
  sqlflow_status (*open)(const sqlflow_host_api*, sqlflow_slice config, sqlflow_session** out, sqlflow_buf* err);
  void (*close)(sqlflow_session*);
  void (*session_cancel)(sqlflow_session*);
  sqlflow_status (*check)(sqlflow_session*, sqlflow_buf* report, sqlflow_buf* err);
  sqlflow_status (*describe)(sqlflow_session*, sqlflow_slice place, struct ArrowSchema* out /* left released = nothing there */, sqlflow_buf* err);
  sqlflow_status (*apply)(sqlflow_session*, sqlflow_slice place, sqlflow_slice changes, sqlflow_buf* err); /* schema changes the host approved */
  sqlflow_status (*begin)(sqlflow_session*, sqlflow_slice request, struct ArrowSchema* schema, sqlflow_writer** out, sqlflow_buf* err);
  sqlflow_status (*write)(sqlflow_writer*, struct ArrowArray* batch, sqlflow_buf* err);
  sqlflow_status (*commit)(sqlflow_writer*, sqlflow_slice record, sqlflow_buf* report, sqlflow_buf* err);
  sqlflow_status (*abort)(sqlflow_writer*, sqlflow_buf* err);
  void (*writer_cancel)(sqlflow_writer*);
  void (*writer_close)(sqlflow_writer*);
  sqlflow_status (*committed)(sqlflow_session*, sqlflow_slice token, sqlflow_buf* status, sqlflow_buf* err);
  sqlflow_status (*recover)(sqlflow_session*, sqlflow_slice place, sqlflow_slice live_tokens, sqlflow_buf* report, sqlflow_buf* err); /* sweep what dead runs left */
} sqlflow_destination_api;
typedef struct {
  uint64_t magic; size_t struct_size; uint32_t abi_major, abi_minor;
  sqlflow_status (*descriptor)(sqlflow_buf* json);
  const sqlflow_source_api* source; const sqlflow_destination_api* destination; /* either may be NULL */
} sqlflow_plugin_api;
/* exported by every plugin under the one name sqlflow_plugin_v1; a plugin may export sqlflow_plugin_v2 beside it */
typedef sqlflow_status (*sqlflow_plugin_entry)(const sqlflow_host_api* host, const sqlflow_plugin_api** out, sqlflow_buf* err);
#ifdef __cplusplus
}
#endif
#endif
