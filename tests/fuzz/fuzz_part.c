/* fuzz_part.c - parts of a run: any bytes are refused, or are those that the part gives again; and
 * what was taken in can be worked with. With an odd first byte the hash is made to fit, so that the
 * search comes behind it. */
#include <sodium.h>

#include "fuzz.h"
#include "waarborg/scenario.h"
#include "waarborg/sim_part.h"

#define RELEASE "0.0.0"
enum { HASH = 32 };

static const char scenario_text[] = "waarborg: scenario/1\n"
                                    "name: fuzz\n"
                                    "start: 2027-01-01\n"
                                    "horizon: {years: 2}\n"
                                    "run: {paths: 300, seed: 1}\n"
                                    "fund: {opening: {cash: 60 000.00}}\n"
                                    "contributions: [{group: state, amount: 30 000.00}]\n"
                                    "providers:\n"
                                    "  - {id: a, pd: 30%, loss: 120 000.00}\n"
                                    "  - {id: b, pd: 10%, loss: 80 000.00}\n";

static const wb_sim_options one_thread = {.threads = 1};

static const wb_model *model_of(void)
{
    static wb_model *model;
    if (model != NULL) return model;
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    const char *path = fuzz_file(scenario_text, sizeof scenario_text - 1);
    FUZZ_CHECK(wb_scenario_load(&scenario, path, &list) == WB_OK);
    FUZZ_CHECK(wb_scenario_model(&model, scenario, NULL, &list) == WB_OK);
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    return model;
}

static wb_sim_part *part_of(void)
{
    wb_sim_part *part = NULL;
    FUZZ_CHECK(wb_sim_part_new(&part, model_of(), &one_thread, RELEASE, NULL) == WB_OK);
    return part;
}

typedef struct buffer {
    uint8_t *data;
    size_t size;
} buffer;

static bool take(void *context, const void *bytes, size_t size)
{
    buffer *out = context;
    uint8_t *data = realloc(out->data, out->size + size);
    FUZZ_CHECK(data != NULL);
    memcpy(data + out->size, bytes, size);
    *out = (buffer){.data = data, .size = out->size + size};
    return true;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    for (uint32_t count = 1; count <= 2; count++) {
        wb_sim_part *part = part_of();
        buffer bytes = {0};
        FUZZ_CHECK(take(&bytes, "\001", 1));
        FUZZ_CHECK(wb_sim_part_run(part, (wb_sim_shard){.index = 1, .count = count}, NULL) ==
                   WB_OK);
        FUZZ_CHECK(wb_sim_part_send(part, take, &bytes, NULL) == WB_OK);
        seed(bytes.data, bytes.size, context);
        bytes.data[0] = 0;
        seed(bytes.data, bytes.size, context);
        free(bytes.data);
        wb_sim_part_free(part);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const size_t left = size - 1;
    uint8_t *bytes = malloc(left > 0 ? left : 1); /* goes to the part */
    uint8_t *given = malloc(left > 0 ? left : 1);
    FUZZ_CHECK(bytes != NULL && given != NULL);
    memcpy(bytes, data + 1, left);
    if (data[0] % 2 == 1 && left >= HASH) {
        crypto_generichash(bytes + left - HASH, HASH, bytes, left - HASH, NULL, 0);
    }
    memcpy(given, bytes, left);
    wb_error err = {0};
    wb_sim_part *part = part_of();
    const wb_code code = wb_sim_part_add_bytes(part, bytes, left, "input", &err);
    if (code == WB_OK) {
        buffer again = {0};
        wb_sim_result *result = NULL;
        FUZZ_CHECK(wb_sim_part_send(part, take, &again, NULL) == WB_OK);
        FUZZ_CHECK(again.size == left && memcmp(again.data, given, left) == 0);
        const wb_code measured = wb_sim_part_result(&result, part, NULL);
        FUZZ_CHECK(measured == WB_OK || measured == WB_E_DAMAGED || measured == WB_E_MISSING);
        wb_sim_result_free(result);
        free(again.data);
    } else {
        FUZZ_CHECK(code == WB_E_SYNTAX || code == WB_E_VERSION || code == WB_E_DAMAGED ||
                   code == WB_E_CONFLICT);
        FUZZ_CHECK(err.message[0] != '\0');
    }
    wb_sim_part_free(part);
    free(given);
    return 0;
}
