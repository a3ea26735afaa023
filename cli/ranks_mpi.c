/*
 * ranks_mpi.c - the processes of mpirun; see ranks.h.
 *
 * A part travels as the bytes of its file: first their number, then pieces. Process 0 takes the
 * processes in order and checks each part as it would a file. Waiting is a test every few
 * milliseconds: MPI's own waiting would take a processor from those who still run.
 */
#include "cli/ranks.h"

#include <assert.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TAG_SIZE = 1, TAG_PIECE = 2, PIECE = 1 << 20 };

static int ranks = 1, own_rank, beside = 1;

/* Started by mpirun or a batch system; a command typed alone starts no MPI. */
static bool launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (getenv(names[i]) != NULL) return true;
    }
    return false;
}

void wb_ranks_begin(void)
{
    if (!launched()) return;
    int given = 0;
    MPI_Comm node;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given); /* a failure ends the process */
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Comm_size(node, &beside);
    MPI_Comm_free(&node);
}

void wb_ranks_end(void)
{
    int begun = 0;
    MPI_Initialized(&begun);
    if (begun)
        MPI_Finalize(); /* waits for all: none is ended while another still prints or saves */
}

uint32_t wb_ranks_count(void)
{
    return (uint32_t)ranks;
}

uint32_t wb_ranks_index(void)
{
    return (uint32_t)own_rank;
}

uint32_t wb_ranks_threads(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (beside <= 1 || processors <= 0) return 0;
    return processors > beside ? (uint32_t)(processors / beside) : 1;
}

static void wait_for(MPI_Request *request)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    int done = 0;
    for (MPI_Test(request, &done, MPI_STATUS_IGNORE); !done;
         MPI_Test(request, &done, MPI_STATUS_IGNORE)) {
        (void)nanosleep(&pause, NULL);
    }
}

wb_code wb_ranks_agree(wb_code own, bool *speaks)
{
    *speaks = own_rank == 0;
    if (ranks == 1) return own;
    int *codes = calloc((size_t)ranks, sizeof *codes);
    if (codes == NULL) MPI_Abort(MPI_COMM_WORLD, wb_code_exit(WB_E_NOMEM));
    const int mine = (int)own;
    MPI_Request request;
    MPI_Iallgather(&mine, 1, MPI_INT, codes, 1, MPI_INT, MPI_COMM_WORLD, &request);
    wait_for(&request);
    wb_code worst = WB_OK;
    for (int i = ranks; i-- > 0;) {
        const wb_code code = (wb_code)codes[i];
        if (code == WB_E_INTERRUPTED && worst == WB_OK) worst = code;
        if (code == WB_OK || code == WB_E_INTERRUPTED) continue;
        worst = code;
        *speaks = own_rank == i;
    }
    free(codes);
    return worst;
}

/* ---- a part on its way ---- */

typedef struct sender {
    uint64_t total; /* counted, or sent */
    bool counting;
    size_t used;
    uint8_t *piece; /* PIECE bytes */
} sender;

static void send_piece(sender *s)
{
    MPI_Request request;
    if (s->used == 0) return;
    MPI_Isend(s->piece, (int)s->used, MPI_BYTE, 0, TAG_PIECE, MPI_COMM_WORLD, &request);
    wait_for(&request);
    s->used = 0;
}

static bool take(void *context, const void *bytes, size_t size)
{
    sender *s = context;
    const uint8_t *from = bytes;
    s->total += size;
    while (!s->counting && size > 0) {
        const size_t fits = size < PIECE - s->used ? size : PIECE - s->used;
        memcpy(s->piece + s->used, from, fits);
        s->used += fits;
        from += fits;
        size -= fits;
        if (s->used == PIECE) send_piece(s);
    }
    return true;
}

static wb_code send_part(wb_sim_part *part, wb_error *err)
{
    sender s = {.counting = true, .piece = malloc(PIECE)};
    MPI_Request request;
    wb_code code = s.piece == NULL ? wb_fail(err, WB_E_NOMEM, "no memory to send a part") : WB_OK;
    if (code == WB_OK) code = wb_sim_part_send(part, take, &s, err);
    /* what was counted is promised: 0 tells process 0 that nothing comes */
    const uint64_t size = code == WB_OK ? s.total : 0;
    MPI_Isend(&size, 1, MPI_UINT64_T, 0, TAG_SIZE, MPI_COMM_WORLD, &request);
    wait_for(&request);
    if (code == WB_OK) {
        s = (sender){.piece = s.piece};
        code = wb_sim_part_send(part, take, &s, err);
        send_piece(&s);
        assert(code != WB_OK || s.total == size);
        if (code != WB_OK) MPI_Abort(MPI_COMM_WORLD, wb_code_exit(code));
    }
    free(s.piece);
    return code;
}

/* Their bytes; NULL when it could not send them. */
static uint8_t *receive_part(int from, uint64_t *size)
{
    MPI_Request request;
    MPI_Irecv(size, 1, MPI_UINT64_T, from, TAG_SIZE, MPI_COMM_WORLD, &request);
    wait_for(&request);
    if (*size == 0) return NULL;
    uint8_t *bytes = malloc(*size);
    if (bytes == NULL) {
        (void)fputs("waarborg: no memory for the parts of all processes\n", stderr);
        MPI_Abort(MPI_COMM_WORLD, wb_code_exit(WB_E_NOMEM));
        return NULL;
    }
    for (uint64_t at = 0; at < *size;) {
        const uint64_t left = *size - at;
        const int fits = left < PIECE ? (int)left : PIECE;
        MPI_Irecv(bytes + at, fits, MPI_BYTE, from, TAG_PIECE, MPI_COMM_WORLD, &request);
        wait_for(&request);
        at += (uint64_t)fits;
    }
    return bytes;
}

wb_code wb_ranks_gather(wb_sim_part *part, wb_error *err)
{
    if (own_rank != 0) return send_part(part, err);
    wb_code code = WB_OK;
    for (int from = 1; from < ranks; from++) { /* after a failure too: they wait to be heard */
        char name[40];
        uint64_t size = 0;
        (void)snprintf(name, sizeof name, "process %d", from);
        uint8_t *bytes = receive_part(from, &size);
        if (code != WB_OK) {
            free(bytes);
        } else if (bytes == NULL) {
            code = wb_fail(err, WB_E_IO, "%s could not send its part", name);
        } else {
            code = wb_sim_part_add_bytes(part, bytes, size, name, err);
        }
    }
    return code;
}
