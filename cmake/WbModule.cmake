# wb_module(NAME SOURCES ... [USES ...] [NEEDS ...] [SHOWS ...]): a folder is a static library.
# USES names the waarborg modules it may call; NEEDS names outside libraries that stay private to
# it; SHOWS names outside libraries whose types appear in its headers. The link line is thus the
# dependency rule, and a test that links one module alone proves the layering.
function(wb_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;NEEDS;SHOWS")
  add_library(wb_${name} STATIC ${arg_SOURCES})
  add_library(waarborg::${name} ALIAS wb_${name})
  list(TRANSFORM arg_USES PREPEND "waarborg::")
  target_include_directories(wb_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                        PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(wb_${name} PUBLIC ${arg_USES} ${arg_SHOWS} PRIVATE ${arg_NEEDS} wb_flags)
endfunction()

# wb_test(NAME SOURCES ... USES ... [NEEDS ...] [LABELS ...] [ARGS ...]): one cmocka program.
# USES names the modules under test and nothing else, so that a test proves the link line too.
# WB_SANITIZED is 1 under a sanitizer, where a test may take smaller samples, and 0 elsewhere.
#
# Labels say where scripts/check.sh runs a test: `cases`, long and about figures rather than memory,
# in release alone; `threads`, with threads or several processes, also under ThreadSanitizer;
# `determinism`, once, over every build. COST, in seconds, lets ctest start the long ones first.
function(wb_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;USES;NEEDS;LABELS;ARGS")
  add_executable(${name} ${arg_SOURCES})
  set(sanitized 0)
  if(WAARBORG_SANITIZE)
    set(sanitized 1)
  endif()
  list(TRANSFORM arg_USES PREPEND "waarborg::")
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE WB_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             WB_BINARY_DIR="${PROJECT_BINARY_DIR}"
                                             WB_SANITIZED=${sanitized})
  target_link_libraries(${name} PRIVATE ${arg_USES} ${arg_NEEDS} cmocka wb_flags)
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
  if(arg_TIMEOUT)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
  endif()
endfunction()
