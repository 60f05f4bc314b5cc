/* A plugin in C, written against nothing but the published header: partitions of whole numbers that
 * fail, wait or lie where their config says. `identity.h` gives MANIFEST and DESCRIPTOR; the other
 * names in capitals vary what the loader sees. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "sqlflow_abi_v1.h"

struct ArrowSchema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  struct ArrowSchema **children, *dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void** buffers;
  struct ArrowArray **children, *dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema*);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray*);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#ifdef MANIFEST
__attribute__((section(".sqlflow_manifest"), used)) static const char manifest[] = MANIFEST;
#endif

/* The symbol by which abi_stable finds its header; this is none. */
#ifdef STRANGE_HEADER
__attribute__((visibility("default"))) const char _1as_0lib_1header_0root_bmodule_bloader[256] = "?";
#endif

#ifdef CANARY
__attribute__((constructor)) static void sing(void) { fclose(fopen(CANARY, "w")); }
#endif

typedef struct {
  const sqlflow_host_api* host;
  char* config;
  int calls;
} session_t;

typedef struct {
  session_t* session;
  int64_t partition, batch;
  pthread_mutex_t lock;
  pthread_cond_t woken;
  int cancelled, references;
  const char* error;
} reader_t;

static char* copy(sqlflow_slice text) {
  char* all = calloc(1, text.len + 1);
  memcpy(all, text.ptr, text.len);
  return all;
}

/* The number behind "key": in JSON without spaces, -1 where there is none. */
static int64_t number(const char* json, const char* key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char* found = strstr(json, quoted);
  return found ? atoll(found + strlen(quoted)) : -1;
}

static void free_buf(sqlflow_buf* buf) {
  free(buf->ptr);
  memset(buf, 0, sizeof *buf);
}

static void put(sqlflow_buf* out, const char* text) {
  out->len = out->cap = strlen(text);
  out->ptr = (uint8_t*)strdup(text);
  out->release = free_buf;
}

static void tell(const sqlflow_host_api* host, const char* word) {
  char json[64];
  snprintf(json, sizeof json, "{\"message\":\"%s\"}", word);
  host->event(host->ctx, (sqlflow_slice){(const uint8_t*)json, strlen(json)});
}

/* Fails with the status of the config: "bare" without details, "garbage" with what is no JSON. */
static sqlflow_status scripted(session_t* session, sqlflow_buf* err) {
  if (strstr(session->config, "garbage")) put(err, "\xff\xfe no json");
  int64_t status = number(session->config, "status");
  return status < 0 ? 0 : (sqlflow_status)status;
}

static sqlflow_status open_session(const sqlflow_host_api* host, sqlflow_slice config,
                                   sqlflow_session** out, sqlflow_buf* err) {
  session_t* session = calloc(1, sizeof *session);
  session->host = host;
  session->config = copy(config);
  if (strstr(session->config, "refuse")) {
    put(err, "{\"kind\":\"auth\",\"message\":\"refused\"}");
    free(session->config);
    free(session);
    return 1;
  }
  if (!strstr(session->config, "no session")) *out = (sqlflow_session*)session;
  return 0;
}

static void close_session(sqlflow_session* opaque) {
  session_t* session = (session_t*)opaque;
  tell(session->host, "closed");
  free(session->config);
  free(session);
}

static void cancel_session(sqlflow_session* opaque) { tell(((session_t*)opaque)->host, "cancelled"); }

/* Says that it was called, and panics the first time. */
static sqlflow_status panic_once(session_t* session) {
  tell(session->host, "called");
  return session->calls++ == 0 ? 2 : 0;
}

static sqlflow_status check(sqlflow_session* session, sqlflow_buf* out, sqlflow_buf* err) {
  if (strstr(((session_t*)session)->config, "panic once")) return panic_once((session_t*)session);
  sqlflow_status status = scripted((session_t*)session, err);
  if (status == 0) put(out, "{\"items\":[{\"name\":\"reach\",\"ok\":true}],\"from the future\":1}");
  return status;
}

static void free_schema(struct ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; i++) free(schema->children[i]);
  free(schema->children);
  schema->release = NULL;
}

static void free_leaf(struct ArrowSchema* schema) { schema->release = NULL; }

static void put_schema(struct ArrowSchema* out) {
  struct ArrowSchema* leaf = calloc(1, sizeof *leaf);
  *leaf = (struct ArrowSchema){.format = "l", .name = "n", .release = free_leaf};
  struct ArrowSchema** children = malloc(sizeof *children);
  children[0] = leaf;
  *out = (struct ArrowSchema){
      .format = "+s", .name = "", .n_children = 1, .children = children, .release = free_schema};
}

static sqlflow_status schema(sqlflow_session* opaque, sqlflow_slice request, struct ArrowSchema* out,
                             sqlflow_buf* err) {
  (void)request;
  session_t* session = (session_t*)opaque;
  sqlflow_status status = scripted(session, err);
  if (status == 0 && !strstr(session->config, "no schema")) put_schema(out);
  return status;
}

static sqlflow_status plan(sqlflow_session* opaque, sqlflow_slice request, sqlflow_buf* out,
                           sqlflow_buf* err) {
  (void)request;
  session_t* session = (session_t*)opaque;
  sqlflow_status status = scripted(session, err);
  if (status != 0) return status;
  int64_t partitions = number(session->config, "partitions");
  char text[4096] = "{\"partitions\":[";
  for (int64_t i = 0; i < partitions; i++) {
    char one[64];
    snprintf(one, sizeof one, "%s{\"id\":\"p%d\",\"payload\":%d}", i ? "," : "", (int)i, (int)i);
    strcat(text, one);
  }
  put(out, strcat(text, "]}"));
  return 0;
}

static void free_array(struct ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    struct ArrowArray* leaf = array->children[i];
    if (!leaf) continue;
    if (leaf->release) leaf->release(leaf);
    free(leaf);
  }
  free(array->children);
  free(array->buffers);
  array->release = NULL;
}

static void free_numbers(struct ArrowArray* leaf) {
  if (leaf->buffers) free((void*)leaf->buffers[1]);
  free(leaf->buffers);
  leaf->release = NULL;
}

/* Three rows: 100 times the partition, plus 10 times the batch, plus 0, 1 and 2. */
static struct ArrowArray* numbers(const reader_t* reader) {
  int64_t* values = malloc(3 * sizeof *values);
  for (int64_t i = 0; i < 3; i++) values[i] = reader->partition * 100 + reader->batch * 10 + i;
  struct ArrowArray* leaf = calloc(1, sizeof *leaf);
  *leaf = (struct ArrowArray){.length = 3, .n_buffers = 2, .release = free_numbers};
  leaf->buffers = calloc(2, sizeof *leaf->buffers);
  leaf->buffers[1] = values;
  return leaf;
}

static void put_batch(const reader_t* reader, int64_t columns, struct ArrowArray* out) {
  *out = (struct ArrowArray){
      .length = 3, .n_buffers = 1, .n_children = columns, .release = free_array};
  out->buffers = calloc(1, sizeof *out->buffers);
  out->children = calloc((size_t)columns, sizeof *out->children);
  for (int64_t i = 0; i < columns; i++) out->children[i] = numbers(reader);
}

static void wait_for_cancel(reader_t* reader) {
  tell(reader->session->host, "waiting");
  pthread_mutex_lock(&reader->lock);
  while (!reader->cancelled) pthread_cond_wait(&reader->woken, &reader->lock);
  pthread_mutex_unlock(&reader->lock);
  reader->error = "{\"kind\":\"cancelled\",\"message\":\"cancelled\"}";
}

/* Where the script has something for this batch, 1 and the stream fails. */
static int turn(reader_t* reader) {
  const char* config = reader->session->config;
  if (number(config, "wait_at") == reader->batch) return wait_for_cancel(reader), 1;
  if (number(config, "fail_at") != reader->batch) return 0;
  reader->error = strstr(config, "no error")  ? NULL
                  : strstr(config, "garbage") ? "\xff\xfe no json"
                                              : "{\"kind\":\"limited\",\"message\":\"quota\",\"code\":"
                                                "\"X1\",\"retry\":{\"after\":{\"secs\":2,\"nanos\":0}},"
                                                "\"remedy\":\"wait\"}";
  return 1;
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  reader_t* reader = stream->private_data;
  if (!strstr(reader->session->config, "mute")) put_schema(out);
  return 0;
}

/* Declares something that cannot be. */
static void lie(const char* config, struct ArrowArray* out) {
  struct ArrowArray* leaf = out->children[0];
  if (strstr(config, "short column")) leaf->length = 2;
  if (strstr(config, "negative length")) leaf->length = -1;
  if (strstr(config, "negative offset")) leaf->offset = -1;
  if (strstr(config, "endless offset")) leaf->offset = INT64_MAX;
  if (strstr(config, "endless batch")) out->length = INT64_MAX;
  if (strstr(config, "many nulls")) leaf->null_count = 4;
  if (strstr(config, "nulls without a bitmap")) leaf->null_count = 1;
  if (strstr(config, "no values")) leaf->buffers[1] = NULL;
  if (strstr(config, "no buffers")) leaf->buffers = NULL;
  if (strstr(config, "no column")) out->children[0] = NULL;
  if (strstr(config, "released column")) leaf->release = NULL;
  if (strstr(config, "a dictionary")) leaf->dictionary = leaf;
  if (strstr(config, "a child")) leaf->n_children = 1;
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  reader_t* reader = stream->private_data;
  const char* config = reader->session->config;
  if (turn(reader)) return reader->batch++, 5;
  memset(out, 0, sizeof *out);
  if (reader->batch < number(config, "batches")) {
    int wrong = number(config, "wrong_columns_at") == reader->batch;
    put_batch(reader, wrong ? 2 : 1, out);
    if (number(config, "hollow_at") == reader->batch) out->children[0]->n_buffers = 1;
    lie(config, out);
  }
  reader->batch++;
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  return ((reader_t*)stream->private_data)->error;
}

static void let_go(reader_t* reader) {
  if (--reader->references == 0) free(reader);
}

static void release_stream(struct ArrowArrayStream* stream) {
  reader_t* reader = stream->private_data;
  tell(reader->session->host, "released");
  let_go(reader);
  stream->release = NULL;
}

static sqlflow_status read_rows(sqlflow_session* opaque, sqlflow_slice request,
                                sqlflow_slice partition, struct ArrowArrayStream* rows,
                                sqlflow_reader** control, sqlflow_buf* err) {
  (void)request;
  session_t* session = (session_t*)opaque;
  sqlflow_status status = scripted(session, err);
  if (status != 0) return status;
  char* part = copy(partition);
  reader_t* reader = calloc(1, sizeof *reader);
  reader->session = session;
  reader->partition = number(part, "payload");
  free(part);
  pthread_mutex_init(&reader->lock, NULL);
  pthread_cond_init(&reader->woken, NULL);
  int controlled = !strstr(session->config, "no reader");
  reader->references = 1 + controlled;
  if (controlled) *control = (sqlflow_reader*)reader;
  *rows = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, reader};
  return 0;
}

static sqlflow_status checkpoint(sqlflow_reader* opaque, sqlflow_buf* out, sqlflow_buf* err) {
  (void)err;
  char text[32];
  snprintf(text, sizeof text, "%d", (int)((reader_t*)opaque)->batch);
  put(out, text);
  return 0;
}

static void cancel_reader(sqlflow_reader* opaque) {
  reader_t* reader = (reader_t*)opaque;
  pthread_mutex_lock(&reader->lock);
  reader->cancelled = 1;
  pthread_cond_broadcast(&reader->woken);
  pthread_mutex_unlock(&reader->lock);
}

static void close_reader(sqlflow_reader* opaque) { let_go((reader_t*)opaque); }

#ifndef SOURCE_SIZE
#define SOURCE_SIZE sizeof(sqlflow_source_api)
#endif
typedef struct {
  sqlflow_source_api known;
  void* appended[4];
} newer_source_api;
static const newer_source_api source = {
    {SOURCE_SIZE, open_session, close_session, cancel_session, check, NULL /* discover */, schema,
     plan, read_rows, checkpoint, cancel_reader, close_reader},
    {(void*)1, (void*)1, (void*)1, (void*)1}};

static sqlflow_status begin(sqlflow_session* opaque, sqlflow_slice request,
                            struct ArrowSchema* schema, sqlflow_writer** out, sqlflow_buf* err) {
  (void)request;
  session_t* session = (session_t*)opaque;
  sqlflow_status status = scripted(session, err);
  if (status != 0) return status;
  schema->release(schema);
  if (strstr(session->config, "no writer")) return 0;
  reader_t* writer = calloc(1, sizeof *writer);
  writer->session = session;
  *out = (sqlflow_writer*)writer;
  return 0;
}

static sqlflow_status write_rows(sqlflow_writer* opaque, struct ArrowArray* batch, sqlflow_buf* err) {
  (void)err;
  session_t* session = ((reader_t*)opaque)->session;
  ((reader_t*)opaque)->batch += batch->length;
  batch->release(batch);
  if (strstr(session->config, "panic once")) return panic_once(session);
  return 0;
}

static sqlflow_status commit(sqlflow_writer* opaque, sqlflow_slice record, sqlflow_buf* report,
                             sqlflow_buf* err) {
  (void)record, (void)err;
  char text[32];
  snprintf(text, sizeof text, "{\"rows\":%d}", (int)((reader_t*)opaque)->batch);
  put(report, text);
  return 0;
}

static void close_writer(sqlflow_writer* opaque) {
  tell(((reader_t*)opaque)->session->host, "writer closed");
  free(opaque);
}

#ifndef DESTINATION_SIZE
#define DESTINATION_SIZE sizeof(sqlflow_destination_api)
#endif
__attribute__((unused)) static const sqlflow_destination_api destination = {
    .struct_size = DESTINATION_SIZE,
    .open = open_session,
    .close = close_session,
    .check = check,
    .begin = begin,
    .write = write_rows,
    .commit = commit,
    .writer_close = close_writer,
};

static sqlflow_status descriptor(sqlflow_buf* json) {
  put(json, DESCRIPTOR);
  return 0;
}

#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(sqlflow_plugin_api)
#endif
#ifndef MAGIC
#define MAGIC SQLFLOW_ABI_MAGIC
#endif
#ifdef NO_DESTINATION
#define DESTINATION NULL
#else
#define DESTINATION &destination
#endif
__attribute__((unused)) static const sqlflow_plugin_api plugin = {
    MAGIC, PLUGIN_SIZE, SQLFLOW_ABI_MAJOR, SQLFLOW_ABI_MINOR, descriptor, &source.known, DESTINATION};

#ifndef PLUGIN
#define PLUGIN &plugin
#endif
#ifndef ENTRY
#define ENTRY sqlflow_plugin_v1
#endif
sqlflow_status ENTRY(const sqlflow_host_api* host, const sqlflow_plugin_api** out, sqlflow_buf* err) {
  (void)host, (void)err;
#ifdef ENTRY_STATUS
  (void)out, (void)PLUGIN;
#ifdef ENTRY_ERROR
  put(err, ENTRY_ERROR);
#endif
  return ENTRY_STATUS;
#else
  *out = PLUGIN;
  return 0;
#endif
}
