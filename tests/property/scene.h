/*
 * scene.h - random small scenarios for property tests: text in a file, loaded like anyone's.
 *
 * A scene is made from a seed alone, so that a failure names the seed that repeats it.
 */
#ifndef WAARBORG_TESTS_SCENE_H
#define WAARBORG_TESTS_SCENE_H

#include "waarborg/scenario.h"
#include "waarborg/sim.h"

enum { SCENE_PROVIDERS_MAX = 16, SCENE_TEXT_MAX = 32768 };

typedef struct scene {
    uint64_t state;            /* of the generator */
    char head[SCENE_TEXT_MAX]; /* everything but fund.opening and the providers */
    size_t provider_count;
    char provider[SCENE_PROVIDERS_MAX][256]; /* one inline row each */
} scene;

/* 0 <= result < below. */
uint64_t scene_draw(scene *s, uint64_t below);

typedef enum scene_kind {
    SCENE_LOSSES,   /* one yearly step, fixed losses, factors, no rules */
    SCENE_ISOLATED, /* many steps, support and cases, but nobody's fate touches another's */
    SCENE_FUND      /* many steps, contributions, layers, contagion, caps */
} scene_kind;
void scene_make(scene *s, scene_kind kind, uint64_t seed);

/* The scene's file with the providers of `order` (count of them) and this opening cash in cents,
 * loaded. `tag` keeps files apart. Fails the running test when it does not load. */
wb_model *scene_model(const scene *s, const char *tag, const size_t *order, size_t count,
                      uint64_t cash_cents);

#endif
