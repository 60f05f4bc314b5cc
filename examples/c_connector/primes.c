/* A SQLFlow connector in C: the first prime numbers, as a source of two columns.
 *
 * Everything it needs stands in two headers of plugin-sdk/abi/include. docs/reference/abi.md explains
 * the boundary; the words in capitals below are headings of that page. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrow_c_data.h"
#include "sqlflow_abi_v1.h"

enum { COLUMNS = 2, ROWS = 8192 };
static const char* const names[COLUMNS] = {"nth", "prime"};

/* MANIFEST: what the host reads without running any code. */
__attribute__((section(".sqlflow_manifest"), used)) static const char manifest[] =
    "version = '1.0.0'\n"
    "abi = '1.0'\n"
    "abi_min = '1.0'\n"
    "name = 'primes'\n"
    "summary = 'The first prime numbers'\n"
    "kinds = ['source']\n"
    "[source]\n"
    "projection = true\n";

/* DESCRIPTOR: the same once more, as JSON, and the settings the connector takes. */
static const char described[] =
    "{\"version\":\"1.0.0\",\"abi\":\"1.0\",\"abi_min\":\"1.0\",\"name\":\"primes\","
    "\"summary\":\"The first prime numbers\",\"kinds\":[\"source\"],\"source\":{\"projection\":true},"
    "\"source_config\":{\"type\":\"object\",\"required\":[\"count\"],\"additionalProperties\":false,"
    "\"properties\":{\"count\":{\"type\":\"integer\",\"minimum\":1,"
    "\"description\":\"How many primes to yield\"}}}}";

typedef struct {
  const sqlflow_host_api* host;
  long long count;
  atomic_int cancelled;
} session_t;

typedef struct {
  session_t* session; /* the host closes every reader before its session */
  int columns[COLUMNS], column_count;
  int64_t nth, prime; /* the row that was yielded last */
  atomic_int cancelled;
  char error[160];
} reader_t;

/* MEMORY: whoever allocates frees. A buffer carries the function that frees it. */
static void free_buf(sqlflow_buf* buf) {
  free(buf->ptr);
  memset(buf, 0, sizeof *buf);
}

static void put(sqlflow_buf* out, const char* text) {
  size_t length = strlen(text);
  if (!out || !(out->ptr = malloc(length))) return;
  memcpy(out->ptr, text, length);
  out->len = out->cap = length;
  out->release = free_buf;
}

/* ERRORS cross as JSON: kind and message, better with what the user can do. */
static sqlflow_status fail(sqlflow_buf* err, const char* json) {
  put(err, json);
  return 1;
}

static const char no_memory[] = "{\"kind\":\"limited\",\"message\":\"primes: no memory is left\"}";

/* A copy that ends in NUL; a slice does not. */
static char* copy(sqlflow_slice slice) {
  char* text = malloc(slice.len + 1);
  if (!text) return NULL;
  if (slice.len) memcpy(text, slice.ptr, slice.len);
  text[slice.len] = 0;
  return text;
}

/* SESSIONS. The host has checked the config against the schema in the descriptor, so that a search
 * is enough here; a connector with more settings takes a JSON library. */
static sqlflow_status open_session(const sqlflow_host_api* host, sqlflow_slice config,
                                   sqlflow_session** out, sqlflow_buf* err) {
  char* text = copy(config);
  session_t* session = calloc(1, sizeof *session);
  if (!text || !session) return free(text), free(session), fail(err, no_memory);
  const char* found = strstr(text, "\"count\":");
  session->host = host;
  session->count = found ? atoll(found + strlen("\"count\":")) : 0;
  free(text);
  if (session->count < 1) {
    free(session);
    return fail(err, "{\"kind\":\"config\",\"message\":\"primes: `count` is not a positive number\","
                     "\"remedy\":\"give `count`, such as 1000\"}");
  }
  *out = (sqlflow_session*)session;
  return 0;
}

static void close_session(sqlflow_session* session) { free(session); }

/* CANCEL may come from any thread at any time: one atomic store, no lock. */
static void cancel_session(sqlflow_session* session) { ((session_t*)session)->cancelled = 1; }

static sqlflow_status check(sqlflow_session* session, sqlflow_buf* report, sqlflow_buf* err) {
  (void)session, (void)err;
  put(report, "{\"items\":[{\"name\":\"arithmetic\",\"ok\":true,\"message\":\"2 is prime\"}]}");
  return 0;
}

static sqlflow_status discover(sqlflow_session* session, sqlflow_slice request, sqlflow_buf* catalog,
                               sqlflow_buf* err) {
  (void)request, (void)err;
  char text[96];
  snprintf(text, sizeof text, "[{\"name\":\"primes\",\"estimated_rows\":%lld}]",
           ((session_t*)session)->count);
  put(catalog, text);
  return 0;
}

/* SCHEMAS are Arrow structs: a struct (+s) of 64-bit integers (l). Names and formats are static. */
typedef struct {
  struct ArrowSchema fields[COLUMNS], *pointers[COLUMNS];
} schema_t;

static void release_field(struct ArrowSchema* field) { field->release = NULL; }

static void release_schema(struct ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; i++)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  free(schema->private_data);
  schema->release = NULL;
}

static int put_schema(const int* columns, int count, struct ArrowSchema* out) {
  schema_t* all = calloc(1, sizeof *all);
  if (!all) return 0;
  for (int i = 0; i < count; i++) {
    all->fields[i] = (struct ArrowSchema){
        .format = "l", .name = names[columns[i]], .release = release_field};
    all->pointers[i] = &all->fields[i];
  }
  *out = (struct ArrowSchema){.format = "+s", .name = "", .n_children = count,
                              .children = all->pointers, .release = release_schema,
                              .private_data = all};
  return 1;
}

static const int every_column[COLUMNS] = {0, 1};

static sqlflow_status schema(sqlflow_session* session, sqlflow_slice stream, struct ArrowSchema* out,
                             sqlflow_buf* err) {
  (void)session, (void)stream; /* there is one stream, whatever the pipeline calls it */
  return put_schema(every_column, COLUMNS, out) ? 0 : fail(err, no_memory);
}

/* BATCHES: a column owns its numbers, the row struct its columns, each behind its own release. */
typedef struct {
  const void* buffers[2]; /* validity (absent: no nulls) and values */
  int64_t values[ROWS];
} column_t;

typedef struct {
  struct ArrowArray arrays[COLUMNS], *pointers[COLUMNS];
  const void* buffers[1];
} batch_t;

static void release_column(struct ArrowArray* array) {
  free(array->private_data);
  array->release = NULL;
}

static void release_batch(struct ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; i++)
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  free(array->private_data);
  array->release = NULL;
}

static int is_prime(int64_t n) {
  for (int64_t d = 2; d * d <= n; d++)
    if (n % d == 0) return 0;
  return n > 1;
}

/* Moves on to the next row; 0 where somebody asked to stop meanwhile. */
static int advance(reader_t* reader) {
  do {
    if (reader->cancelled || reader->session->cancelled) return 0;
  } while (!is_prime(++reader->prime));
  reader->nth++;
  return 1;
}

static int stop(reader_t* reader, const char* json) {
  snprintf(reader->error, sizeof reader->error, "%s", json);
  return 5; /* EIO; which errno it is says nothing more */
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  reader_t* reader = stream->private_data;
  return put_schema(reader->columns, reader->column_count, out) ? 0 : stop(reader, no_memory);
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  reader_t* reader = stream->private_data;
  int64_t left = reader->session->count - reader->nth, rows = left < ROWS ? left : ROWS;
  memset(out, 0, sizeof *out); /* released: the end of the stream */
  if (rows == 0) return 0;
  batch_t* batch = calloc(1, sizeof *batch);
  if (!batch) return stop(reader, no_memory);
  *out = (struct ArrowArray){.length = rows, .n_buffers = 1, .buffers = batch->buffers,
                             .children = batch->pointers, .release = release_batch,
                             .private_data = batch};
  for (int i = 0; i < reader->column_count; i++) {
    column_t* column = calloc(1, sizeof *column);
    if (!column) return out->release(out), stop(reader, no_memory);
    column->buffers[1] = column->values;
    batch->arrays[i] = (struct ArrowArray){.length = rows, .n_buffers = 2, .buffers = column->buffers,
                                           .release = release_column, .private_data = column};
    batch->pointers[i] = &batch->arrays[i];
    out->n_children++;
  }
  for (int64_t row = 0; row < rows; row++) {
    if (!advance(reader))
      return out->release(out), stop(reader, "{\"kind\":\"cancelled\",\"message\":\"cancelled\"}");
    for (int i = 0; i < reader->column_count; i++) {
      column_t* column = batch->arrays[i].private_data;
      column->values[row] = reader->columns[i] == 0 ? reader->nth : reader->prime;
    }
  }
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  return ((reader_t*)stream->private_data)->error;
}

/* The reader holds everything; the host closes it after its stream. */
static void release_stream(struct ArrowArrayStream* stream) { stream->release = NULL; }

/* The columns of a ReadRequest, in its order; all where it names none. -1: one is not ours. */
static int wanted(const char* request, int columns[COLUMNS]) {
  static const char key[] = "\"columns\":[";
  const char* at = strstr(request, key);
  int count = 0;
  if (!at) return memcpy(columns, every_column, sizeof every_column), COLUMNS;
  for (at += strlen(key); *at && *at != ']'; at += strcspn(at, ",]"), at += *at == ',') {
    int known = strncmp(at, "\"nth\"", 5) == 0 ? 0 : strncmp(at, "\"prime\"", 7) == 0 ? 1 : -1;
    if (known < 0 || count == COLUMNS) return -1;
    columns[count++] = known;
  }
  return count;
}

/* READING only opens; the rows are pulled from the stream. */
static sqlflow_status read_rows(sqlflow_session* session, sqlflow_slice request,
                                sqlflow_slice partition, struct ArrowArrayStream* rows,
                                sqlflow_reader** control, sqlflow_buf* err) {
  (void)partition; /* without `plan` there is one, which is everything */
  char* text = copy(request);
  reader_t* reader = calloc(1, sizeof *reader);
  if (!text || !reader) return free(text), free(reader), fail(err, no_memory);
  reader->session = (session_t*)session;
  reader->prime = 1;
  reader->column_count = wanted(text, reader->columns);
  free(text);
  if (reader->column_count < 0) {
    free(reader);
    return fail(err, "{\"kind\":\"schema\",\"message\":\"primes has the columns `nth` and `prime`\"}");
  }
  *rows = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, reader};
  *control = (sqlflow_reader*)reader;
  return 0;
}

static void cancel_reader(sqlflow_reader* reader) { ((reader_t*)reader)->cancelled = 1; }
static void close_reader(sqlflow_reader* reader) { free(reader); }

/* TABLES: what is left out is NULL, a capability the connector does not have. */
static const sqlflow_source_api source = {
    .struct_size = sizeof(sqlflow_source_api), .open = open_session, .close = close_session,
    .session_cancel = cancel_session, .check = check, .discover = discover, .schema = schema,
    .read = read_rows, .reader_cancel = cancel_reader, .reader_close = close_reader};

static sqlflow_status descriptor(sqlflow_buf* json) {
  put(json, described);
  return 0;
}

static const sqlflow_plugin_api plugin = {
    .magic = SQLFLOW_ABI_MAGIC, .struct_size = sizeof(sqlflow_plugin_api),
    .abi_major = SQLFLOW_ABI_MAJOR, .abi_minor = SQLFLOW_ABI_MINOR,
    .descriptor = descriptor, .source = &source};

/* ENTRY: the one symbol of a plugin. */
sqlflow_status sqlflow_plugin_v1(const sqlflow_host_api* host, const sqlflow_plugin_api** out,
                                 sqlflow_buf* err) {
  if (host->abi_major != SQLFLOW_ABI_MAJOR)
    return put(err, "{\"kind\":\"unsupported\",\"message\":\"primes needs ABI 1\"}"), 4;
  *out = &plugin;
  return 0;
}
