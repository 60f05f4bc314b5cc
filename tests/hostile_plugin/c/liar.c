/* A plugin that lies to the host: about its tables (names in capitals, fixed when it is compiled)
 * and about its answers and rows (`lie` in its config). `identity.h` gives MANIFEST and DESCRIPTOR.
 *
 * Not among the lies: what nobody can find out without trusting a pointer, such as a buffer that is
 * shorter than the array's length says, or a pointer to nowhere. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrow_c_data.h"
#include "identity.h"
#include "sqlflow_abi_v1.h"

__attribute__((section(".sqlflow_manifest"), used)) static const char manifest[] = MANIFEST;

#ifdef NEEDS_MISSING
/* The system finds this in no library. */
extern void nobody_has_this(void);
void liar_needs(void) { nobody_has_this(); }
#endif

#ifdef CANARY
__attribute__((constructor)) static void sing(void) { fclose(fopen(CANARY, "w")); }
#endif

enum { COLUMNS = 6 };

typedef struct {
  char lie[64], file[512];
  long long status;
} session_t;

typedef struct {
  session_t* session;
  int batch;
  char* error;
} reader_t;

static void* zeroed(size_t size) { return calloc(1, size); }

/* The text or number behind "key": in JSON without spaces. */
static const char* after(const char* json, const char* key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char* found = strstr(json, quoted);
  return found ? found + strlen(quoted) : NULL;
}

static void text(const char* json, const char* key, char* out, size_t size) {
  const char* found = after(json, key);
  size_t length = found && *found == '"' ? strcspn(found + 1, "\"") : 0;
  snprintf(out, size, "%.*s", (int)length, found ? found + 1 : "");
}

static int lies(const session_t* session, const char* lie) {
  return strcmp(session->lie, lie) == 0;
}

static void free_buf(sqlflow_buf* buf) {
  free(buf->ptr);
  memset(buf, 0, sizeof *buf);
}

static void put(sqlflow_buf* out, const char* answer) {
  out->len = out->cap = strlen(answer);
  out->ptr = malloc(out->len + 1);
  memcpy(out->ptr, answer, out->len + 1);
  out->release = free_buf;
}

/* The bytes of the file that the config names. */
static char* bytes(const session_t* session, size_t* length) {
  FILE* file = fopen(session->file, "rb");
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char* all = zeroed(*length + 1);
  if (fread(all, 1, *length, file) != *length) abort();
  fclose(file);
  return all;
}

static void put_file(const session_t* session, sqlflow_buf* out) {
  out->ptr = (uint8_t*)bytes(session, &out->len);
  out->cap = out->len;
  out->release = free_buf;
}

/* What every call does that answers with JSON: `what` is the name of the call. */
static sqlflow_status answer(session_t* session, const char* what, const char* honest,
                             sqlflow_buf* out, sqlflow_buf* err) {
  char entry[64];
  snprintf(entry, sizeof entry, "%s", session->lie);
  char* colon = strchr(entry, ':');
  if (!colon || strcmp(colon + 1, what) != 0) return put(out, honest), 0;
  *colon = 0;
  if (strcmp(entry, "silent") == 0) return 0;
  if (strcmp(entry, "answer") == 0) return put_file(session, out), 0;
  if (strcmp(entry, "error") == 0) return put_file(session, err), (sqlflow_status)session->status;
  if (strcmp(entry, "status") == 0) return (sqlflow_status)session->status;
  if (strcmp(entry, "null") == 0) out->len = 10;
  if (strcmp(entry, "endless") == 0) put(out, honest), out->len = SIZE_MAX;
  if (strcmp(entry, "vast") == 0) put(out, honest), out->len = (size_t)1 << 40;
  if (strcmp(entry, "both") == 0) put(out, honest), put(err, "{\"message\":\"not really\"}");
  if (strcmp(entry, "static") == 0) *out = (sqlflow_buf){(uint8_t*)(size_t)honest, strlen(honest), 0, NULL};
  return 0;
}

static sqlflow_status open_session(const sqlflow_host_api* host, sqlflow_slice config,
                                   sqlflow_session** out, sqlflow_buf* err) {
  (void)host;
  char* json = zeroed(config.len + 1);
  memcpy(json, config.ptr, config.len);
  session_t* session = zeroed(sizeof *session);
  text(json, "lie", session->lie, sizeof session->lie);
  text(json, "file", session->file, sizeof session->file);
  session->status = after(json, "status") ? atoll(after(json, "status")) : 0;
  free(json);
  if (lies(session, "no session")) return free(session), 0;
  if (lies(session, "status:open")) {
    long long status = session->status;
    return free(session), (sqlflow_status)status;
  }
  (void)err;
  *out = (sqlflow_session*)session;
  return 0;
}

static void close_session(sqlflow_session* session) { free(session); }
static void cancel_session(sqlflow_session* session) { (void)session; }

static sqlflow_status check(sqlflow_session* session, sqlflow_buf* out, sqlflow_buf* err) {
  return answer((session_t*)session, "check", "{\"items\":[]}", out, err);
}

static sqlflow_status discover(sqlflow_session* session, sqlflow_slice request, sqlflow_buf* out,
                               sqlflow_buf* err) {
  (void)request;
  return answer((session_t*)session, "discover", "[{\"name\":\"rows\"}]", out, err);
}

static sqlflow_status plan(sqlflow_session* session, sqlflow_slice request, sqlflow_buf* out,
                           sqlflow_buf* err) {
  (void)request;
  return answer((session_t*)session, "plan", "{\"partitions\":[{\"id\":\"all\"}]}", out, err);
}

/* ---- schemas ---- */

static void free_schema(struct ArrowSchema* schema) {
  struct ArrowSchema** owned = schema->private_data;
  for (int i = 0; owned[i]; i++) {
    if (owned[i]->release) owned[i]->release(owned[i]);
    free(owned[i]);
  }
  free(owned);
  schema->release = NULL;
}

/* `dictionary` and `children`, of which the last is NULL, are taken over. */
static struct ArrowSchema* field(const char* format, const char* name, struct ArrowSchema* one,
                                 struct ArrowSchema* dictionary) {
  struct ArrowSchema* schema = zeroed(sizeof *schema);
  struct ArrowSchema** owned = zeroed((COLUMNS + 2) * sizeof *owned);
  *schema = (struct ArrowSchema){.format = format, .name = name, .flags = ARROW_FLAG_NULLABLE,
                                 .children = owned, .dictionary = dictionary,
                                 .release = free_schema, .private_data = owned};
  if (one) owned[0] = one, schema->n_children = 1;
  if (dictionary) owned[0] = dictionary;
  return schema;
}

static struct ArrowSchema* nested(int depth) {
  struct ArrowSchema* schema = field("l", "n", NULL, NULL);
  while (depth-- > 0) schema = field("+l", "n", schema, NULL);
  return schema;
}

static void spoil_schema(const session_t* session, struct ArrowSchema* top) {
  struct ArrowSchema* n = top->children[0];
  if (lies(session, "schema: not a struct")) top->format = "l", top->n_children = 0;
  if (lies(session, "schema: format null")) n->format = NULL;
  if (lies(session, "schema: format unknown")) n->format = "??";
  if (lies(session, "schema: format not utf8")) n->format = "\xff";
  if (lies(session, "schema: format empty")) n->format = "";
  if (lies(session, "schema: format overlong")) n->format = "w:99999999999999999999";
  if (lies(session, "schema: negative width")) n->format = "w:-1";
  if (lies(session, "schema: name null")) n->name = NULL;
  if (lies(session, "schema: name not utf8")) n->name = "\xff";
  if (lies(session, "schema: children negative")) top->n_children = -1;
  if (lies(session, "schema: children null")) top->children = NULL;
  if (lies(session, "schema: child null")) top->children[1] = NULL;
  if (lies(session, "schema: child released")) n->release = NULL;
  if (lies(session, "schema: list without child")) top->children[3]->n_children = 0;
  if (lies(session, "schema: key not integer")) top->children[2]->format = "u";
  if (lies(session, "schema: metadata negative")) n->metadata = "\xff\xff\xff\xff";
  if (lies(session, "schema: same name twice")) top->children[1]->name = "n";
}

static void put_schema(const session_t* session, struct ArrowSchema* out) {
  if (lies(session, "schema: deep")) {
    struct ArrowSchema* top = field("+s", "", nested(6000), NULL);
    *out = *top;
    free(top);
    return;
  }
  struct ArrowSchema* all[COLUMNS] = {
      field("l", "n", NULL, NULL),
      field("u", "s", NULL, NULL),
      field("i", "d", NULL, field("u", "", NULL, NULL)),
      field("+l", "l", field("l", "item", NULL, NULL), NULL),
      field("+s", "t", field("l", "x", NULL, NULL), NULL),
      field("vu", "v", NULL, NULL),
  };
  struct ArrowSchema* top = field("+s", "", NULL, NULL);
  memcpy(top->children, all, sizeof all);
  /* A lie about the children must not reach the list by which they are freed. */
  struct ArrowSchema** seen = zeroed((COLUMNS + 2) * sizeof *seen);
  memcpy(seen, all, sizeof all);
  top->children = seen;
  top->n_children = COLUMNS;
  spoil_schema(session, top);
  *out = *top;
  free(top);
}

static sqlflow_status schema(sqlflow_session* opaque, sqlflow_slice request,
                             struct ArrowSchema* out, sqlflow_buf* err) {
  (void)request, (void)err;
  session_t* session = (session_t*)opaque;
  if (!lies(session, "silent:schema")) put_schema(session, out);
  return 0;
}

/* ---- rows ---- */

typedef struct {
  struct ArrowArray *children[COLUMNS + 2], *dictionary;
  void* buffers[5];
} owned_t;

static void free_array(struct ArrowArray* array) {
  owned_t* owned = array->private_data;
  for (int i = 0; i < COLUMNS + 2; i++) {
    if (!owned->children[i]) continue;
    if (owned->children[i]->release) owned->children[i]->release(owned->children[i]);
    free(owned->children[i]);
  }
  if (owned->dictionary) {
    if (owned->dictionary->release) owned->dictionary->release(owned->dictionary);
    free(owned->dictionary);
  }
  for (int i = 0; i < 5; i++) free(owned->buffers[i]);
  free(array->children);
  free(array->buffers);
  free(owned);
  array->release = NULL;
}

static struct ArrowArray* array(int64_t length, int64_t buffers) {
  struct ArrowArray* made = zeroed(sizeof *made);
  *made = (struct ArrowArray){.length = length, .n_buffers = buffers, .release = free_array};
  made->private_data = zeroed(sizeof(owned_t));
  made->buffers = zeroed(6 * sizeof *made->buffers);
  made->children = zeroed((COLUMNS + 2) * sizeof *made->children);
  return made;
}

/* Gives an array a buffer, with room behind it for lies that stay within what is allocated. */
static void fill(struct ArrowArray* array, int which, const void* content, size_t size) {
  owned_t* owned = array->private_data;
  free(owned->buffers[which]);
  owned->buffers[which] = zeroed(size + 4096);
  memcpy(owned->buffers[which], content, size);
  array->buffers[which] = owned->buffers[which];
}

static void adopt(struct ArrowArray* parent, struct ArrowArray* child) {
  ((owned_t*)parent->private_data)->children[parent->n_children] = child;
  parent->children[parent->n_children++] = child;
}

static struct ArrowArray* numbers(int64_t length) {
  static const int64_t values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  struct ArrowArray* made = array(length, 2);
  fill(made, 1, values, (size_t)length * sizeof *values);
  return made;
}

static struct ArrowArray* strings(int64_t length, const int32_t* offsets, const char* data) {
  struct ArrowArray* made = array(length, 3);
  fill(made, 1, offsets, (size_t)(length + 1) * sizeof *offsets);
  fill(made, 2, data, strlen(data));
  return made;
}

static struct ArrowArray* dictionary(void) {
  static const int32_t keys[3] = {0, 1, 0}, offsets[3] = {0, 1, 2};
  struct ArrowArray* made = array(3, 2);
  fill(made, 1, keys, sizeof keys);
  made->dictionary = strings(2, offsets, "xy");
  ((owned_t*)made->private_data)->dictionary = made->dictionary;
  return made;
}

static struct ArrowArray* lists(void) {
  static const int32_t offsets[4] = {0, 2, 3, 5};
  struct ArrowArray* made = array(3, 2);
  fill(made, 1, offsets, sizeof offsets);
  adopt(made, numbers(5));
  return made;
}

/* Two inline strings and one of 14 bytes in the data buffer. */
static struct ArrowArray* views(void) {
  unsigned char all[48] = {2, 0, 0, 0, 'h', 'i'};
  unsigned char far[16] = {14, 0, 0, 0, 'f', 'o', 'u', 'r'};
  static const int64_t sizes[1] = {14};
  memcpy(all + 32, far, sizeof far);
  struct ArrowArray* made = array(3, 4);
  fill(made, 1, all, sizeof all);
  fill(made, 2, "fourteen bytes", 14);
  fill(made, 3, sizes, sizeof sizes);
  return made;
}

#define OFFSETS(array, ...) \
  fill(array, 1, (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}))

static void spoil_lengths(const session_t* session, struct ArrowArray* top) {
  struct ArrowArray *n = top->children[0], *t = top->children[4];
  if (lies(session, "rows: child shorter")) n->length = 2;
  if (lies(session, "rows: child longer")) n->length = 4;
  if (lies(session, "rows: length negative")) top->length = n->length = -1;
  if (lies(session, "rows: length endless")) top->length = n->length = INT64_MAX;
  if (lies(session, "rows: child endless")) n->length = INT64_MAX;
  if (lies(session, "rows: offset negative")) n->offset = -1;
  if (lies(session, "rows: offset endless")) n->offset = INT64_MAX;
  if (lies(session, "rows: top offset")) top->offset = 2;
  if (lies(session, "rows: nested shorter")) t->children[0]->length = 1;
  if (lies(session, "rows: nested longer parent")) t->length = 4;
  if (lies(session, "rows: nulls without validity")) n->null_count = 2;
  if (lies(session, "rows: nulls negative")) n->null_count = -7;
  if (lies(session, "rows: nulls of the struct")) top->null_count = 3;
  if (lies(session, "rows: nulls miscounted")) fill(n, 0, "\x05", 1), n->null_count = 2;
  if (lies(session, "rows: nulls beyond the length")) fill(n, 0, "\x05", 1), n->null_count = 99;
}

static void spoil_values(const session_t* session, struct ArrowArray* top) {
  struct ArrowArray *s = top->children[1], *d = top->children[2], *l = top->children[3];
  struct ArrowArray* v = top->children[5];
  unsigned char* view = (unsigned char*)(size_t)v->buffers[1] + 32;
  if (lies(session, "rows: offsets decrease")) OFFSETS(s, 0, 5, 2, 5);
  if (lies(session, "rows: offsets negative")) OFFSETS(s, -1, 2, 5, 5);
  if (lies(session, "rows: offsets leave and return")) OFFSETS(s, 0, 900, 5, 5);
  if (lies(session, "rows: last offset negative")) OFFSETS(s, 0, 2, 5, -5);
  if (lies(session, "rows: text not utf8")) fill(s, 2, "ab\xff\xfe\xfd", 5);
  if (lies(session, "rows: character cut")) OFFSETS(s, 0, 2, 4, 5);
  if (lies(session, "rows: key too large")) OFFSETS(d, 0, 9, 1);
  if (lies(session, "rows: key negative")) OFFSETS(d, 0, -1, 1);
  if (lies(session, "rows: dictionary absent")) d->dictionary = NULL;
  if (lies(session, "rows: dictionary not utf8")) fill(d->dictionary, 2, "\xff\xff", 2);
  if (lies(session, "rows: dictionary not asked for")) top->children[0]->dictionary = d->dictionary;
  if (lies(session, "rows: list beyond its child")) OFFSETS(l, 0, 2, 3, 50);
  if (lies(session, "rows: list decreases")) OFFSETS(l, 0, 4, 3, 5);
  if (lies(session, "rows: view of no buffer")) view[8] = 9;
  if (lies(session, "rows: view beyond its buffer")) view[12] = 200;
  if (lies(session, "rows: view prefix")) view[4] = 'F';
  if (lies(session, "rows: view negative")) view[3] = 0x80;
  if (lies(session, "rows: view inline padding")) view[-32 + 10] = 7;
  if (lies(session, "rows: view sizes negative")) fill(v, 3, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
}

static void spoil_shape(const session_t* session, struct ArrowArray* top) {
  struct ArrowArray *n = top->children[0], *s = top->children[1], *l = top->children[3];
  if (lies(session, "rows: buffer missing")) n->n_buffers = 1;
  if (lies(session, "rows: buffer too many")) n->n_buffers = 3;
  if (lies(session, "rows: buffers negative")) n->n_buffers = -1;
  if (lies(session, "rows: no buffers")) s->n_buffers = 0;
  if (lies(session, "rows: view buffers missing")) top->children[5]->n_buffers = 2;
  if (lies(session, "rows: buffers null")) n->buffers = NULL;
  if (lies(session, "rows: values null")) n->buffers[1] = NULL;
  if (lies(session, "rows: offsets null")) s->buffers[1] = NULL;
  if (lies(session, "rows: text null")) s->buffers[2] = NULL;
  if (lies(session, "rows: views null")) top->children[5]->buffers[1] = NULL;
  if (lies(session, "rows: column missing")) top->n_children--;
  if (lies(session, "rows: column too many")) adopt(top, numbers(3));
  if (lies(session, "rows: columns negative")) top->n_children = -1;
  if (lies(session, "rows: children null")) top->children = NULL;
  if (lies(session, "rows: child null")) top->children[1] = NULL;
  if (lies(session, "rows: child released")) n->release = NULL;
  if (lies(session, "rows: list without child")) l->n_children = 0;
  if (lies(session, "rows: columns swapped")) top->children[0] = s, top->children[1] = n;
}

static void put_rows(const session_t* session, int batch, struct ArrowArray* out) {
  static const int32_t offsets[4] = {0, 2, 5, 5};
  struct ArrowArray* top = array(3, 1);
  struct ArrowArray* nested = array(3, 1);
  adopt(nested, numbers(3));
  adopt(top, numbers(3));
  adopt(top, strings(3, offsets, "abc\xc3\xa9"));
  adopt(top, dictionary());
  adopt(top, lists());
  adopt(top, nested);
  adopt(top, views());
  /* The first batch is honest: a lie comes in the middle of the stream. */
  if (batch == 1) {
    spoil_shape(session, top);
    if (top->children && top->children[1]) {
      spoil_lengths(session, top);
      spoil_values(session, top);
    }
  }
  *out = *top;
  free(top);
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  reader_t* reader = stream->private_data;
  if (lies(reader->session, "stream: schema fails")) return 5;
  if (!lies(reader->session, "stream: schema unwritten")) put_schema(reader->session, out);
  return 0;
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  reader_t* reader = stream->private_data;
  int batch = reader->batch++;
  if (batch == 1 && strncmp(reader->session->lie, "stream: fails", 13) == 0) {
    if (lies(reader->session, "stream: fails with rows")) put_rows(reader->session, 0, out);
    return INT_MIN;
  }
  if (batch == 1 && lies(reader->session, "stream: ends with error")) {
    memset(out, 0, sizeof *out);
    return 0;
  }
  memset(out, 0, sizeof *out);
  if (batch < 3) put_rows(reader->session, batch, out);
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  reader_t* reader = stream->private_data;
  size_t length;
  if (lies(reader->session, "stream: fails with null")) return NULL;
  if (!reader->session->file[0]) return "{\"kind\":\"data\",\"message\":\"torn\"}";
  if (!reader->error) reader->error = bytes(reader->session, &length);
  return reader->error;
}

static void release_stream(struct ArrowArrayStream* stream) { stream->release = NULL; }

static sqlflow_status read_rows(sqlflow_session* opaque, sqlflow_slice request,
                                sqlflow_slice partition, struct ArrowArrayStream* rows,
                                sqlflow_reader** control, sqlflow_buf* err) {
  (void)request, (void)partition, (void)err;
  session_t* session = (session_t*)opaque;
  if (lies(session, "silent:read")) return 0;
  reader_t* reader = zeroed(sizeof *reader);
  reader->session = session;
  *rows = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, reader};
  *control = (sqlflow_reader*)reader;
  if (lies(session, "stream: released")) rows->release = NULL;
  if (lies(session, "stream: no get_schema")) rows->get_schema = NULL;
  if (lies(session, "stream: no get_next")) rows->get_next = NULL;
  if (lies(session, "stream: fails with no get_last_error")) rows->get_last_error = NULL;
  if (lies(session, "status:read")) return (sqlflow_status)session->status;
  return 0;
}

static sqlflow_status checkpoint(sqlflow_reader* reader, sqlflow_buf* out, sqlflow_buf* err) {
  return answer(((reader_t*)reader)->session, "checkpoint", "1", out, err);
}

static void cancel_reader(sqlflow_reader* reader) { (void)reader; }

static void close_reader(sqlflow_reader* reader) {
  free(((reader_t*)reader)->error);
  free(reader);
}

/* ---- the destination ---- */

static sqlflow_status describe(sqlflow_session* opaque, sqlflow_slice place,
                               struct ArrowSchema* out, sqlflow_buf* err) {
  return schema(opaque, place, out, err);
}

static sqlflow_status apply(sqlflow_session* session, sqlflow_slice place, sqlflow_slice changes,
                            sqlflow_buf* err) {
  (void)place, (void)changes;
  sqlflow_buf unused = {0};
  sqlflow_status status = answer((session_t*)session, "apply", "", &unused, err);
  free(unused.ptr);
  return status;
}

static sqlflow_status begin(sqlflow_session* opaque, sqlflow_slice request,
                            struct ArrowSchema* schema, sqlflow_writer** out, sqlflow_buf* err) {
  (void)request, (void)err;
  session_t* session = (session_t*)opaque;
  if (!lies(session, "begin: schema kept")) schema->release(schema);
  if (lies(session, "silent:begin")) return 0;
  if (lies(session, "status:begin")) return (sqlflow_status)session->status;
  *out = (sqlflow_writer*)session;
  return 0;
}

static sqlflow_status write_rows(sqlflow_writer* opaque, struct ArrowArray* batch, sqlflow_buf* err) {
  (void)err;
  session_t* session = (session_t*)opaque;
  if (!lies(session, "write: batch kept")) batch->release(batch);
  return lies(session, "status:write") ? (sqlflow_status)session->status : 0;
}

static sqlflow_status commit(sqlflow_writer* opaque, sqlflow_slice record, sqlflow_buf* out,
                             sqlflow_buf* err) {
  (void)record;
  return answer((session_t*)opaque, "commit", "{\"rows\":1}", out, err);
}

static sqlflow_status abort_write(sqlflow_writer* opaque, sqlflow_buf* err) {
  sqlflow_buf unused = {0};
  sqlflow_status status = answer((session_t*)opaque, "abort", "", &unused, err);
  free(unused.ptr);
  return status;
}

static void cancel_writer(sqlflow_writer* writer) { (void)writer; }
static void close_writer(sqlflow_writer* writer) { (void)writer; }

static sqlflow_status committed(sqlflow_session* session, sqlflow_slice token, sqlflow_buf* out,
                                sqlflow_buf* err) {
  (void)token;
  return answer((session_t*)session, "committed", "\"committed\"", out, err);
}

static sqlflow_status recover(sqlflow_session* session, sqlflow_slice place, sqlflow_slice live,
                              sqlflow_buf* out, sqlflow_buf* err) {
  (void)place, (void)live;
  return answer((session_t*)session, "recover", "{}", out, err);
}

/* ---- the tables ---- */

#ifndef SOURCE_SIZE
#define SOURCE_SIZE sizeof(sqlflow_source_api)
#endif
#ifndef DESTINATION_SIZE
#define DESTINATION_SIZE sizeof(sqlflow_destination_api)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(sqlflow_plugin_api)
#endif
#ifndef MAGIC
#define MAGIC SQLFLOW_ABI_MAGIC
#endif
#ifndef MAJOR
#define MAJOR SQLFLOW_ABI_MAJOR
#endif
#ifndef SOURCE
#define SOURCE &source
#endif
#ifndef DESTINATION
#define DESTINATION &destination
#endif
#ifndef DESCRIBE
#define DESCRIBE descriptor
#endif
#ifndef PLUGIN
#define PLUGIN &plugin
#endif
#ifndef ENTRY
#define ENTRY sqlflow_plugin_v1
#endif

__attribute__((unused)) static const sqlflow_source_api source = {
    SOURCE_SIZE, open_session, close_session, cancel_session, check, discover, schema, plan,
    read_rows, checkpoint, cancel_reader, close_reader};

__attribute__((unused)) static const sqlflow_destination_api destination = {
    DESTINATION_SIZE, open_session, close_session, cancel_session, check, describe, apply, begin,
    write_rows, commit, abort_write, cancel_writer, close_writer, committed, recover};

__attribute__((unused)) static sqlflow_status descriptor(sqlflow_buf* json) {
  return put(json, DESCRIPTOR), 0;
}
__attribute__((unused)) static sqlflow_status mute(sqlflow_buf* json) { return (void)json, 0; }
__attribute__((unused)) static sqlflow_status failing(sqlflow_buf* json) { return (void)json, 1; }
__attribute__((unused)) static sqlflow_status vast(sqlflow_buf* json) {
  return put(json, DESCRIPTOR), json->len = SIZE_MAX, 0;
}

__attribute__((unused)) static const sqlflow_plugin_api plugin = {
    MAGIC, PLUGIN_SIZE, MAJOR, SQLFLOW_ABI_MINOR, DESCRIBE, SOURCE, DESTINATION};

sqlflow_status ENTRY(const sqlflow_host_api* host, const sqlflow_plugin_api** out,
                     sqlflow_buf* err) {
  (void)host, (void)err;
#ifdef ENTRY_STATUS
  (void)out;
  return ENTRY_STATUS;
#else
  *out = PLUGIN;
  return 0;
#endif
}
