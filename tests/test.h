/* test.h - what every cmocka test includes, in the order cmocka asks for. */
#ifndef WAARBORG_TEST_H
#define WAARBORG_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
