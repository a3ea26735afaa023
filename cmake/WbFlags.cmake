# One interface target carries the language, the warnings and the reproducibility flags.
add_library(wb_flags INTERFACE)
target_compile_features(wb_flags INTERFACE c_std_17)
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Asserts stay on in release: a ledger that lies is worse than one that stops.
foreach(config RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${config} "${CMAKE_C_FLAGS_${config}}")
endforeach()

target_compile_definitions(wb_flags INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
# -ffp-contract=off: a fused multiply-add rounds once where two operations round twice, so that
# without it the same scenario could give other bytes on another compiler or processor.
target_compile_options(wb_flags INTERFACE
  -ffp-contract=off -fstack-protector-strong
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wcast-align
  -Wpointer-arith -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wswitch-enum -Wimplicit-fallthrough
  -Wnull-dereference)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(wb_flags INTERFACE
    -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
  target_compile_options(wb_flags INTERFACE -Wcomma -Wunreachable-code -Wconditional-uninitialized)
endif()
if(WAARBORG_WERROR)
  target_compile_options(wb_flags INTERFACE -Werror)
endif()
if(WAARBORG_SANITIZE)
  target_compile_options(wb_flags INTERFACE -fsanitize=${WAARBORG_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(wb_flags INTERFACE -fsanitize=${WAARBORG_SANITIZE})
else()
  target_compile_options(wb_flags INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
endif()
if(WAARBORG_COVERAGE)
  target_compile_options(wb_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(wb_flags INTERFACE --coverage -Wl,--wrap=_exit)
  add_library(wb_coverage STATIC ${PROJECT_SOURCE_DIR}/tests/coverage_exit.c)
  target_link_libraries(wb_flags INTERFACE wb_coverage)
endif()
