# Everything the project stands on. scripts/deps.sh installs it; docs name the versions.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb>=0.9.24)
pkg_check_modules(GMP REQUIRED IMPORTED_TARGET gmp>=6.2)
pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml>=0.7.12)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle>=3.8)
find_package(Threads REQUIRED)

# libcsv ships no pkg-config file.
find_library(CSV_LIBRARY csv REQUIRED)
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
add_library(wb_libcsv INTERFACE)
target_link_libraries(wb_libcsv INTERFACE ${CSV_LIBRARY})
target_include_directories(wb_libcsv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})

if(WAARBORG_TESTS)
  find_package(cmocka REQUIRED)
  pkg_check_modules(MPFR REQUIRED IMPORTED_TARGET mpfr>=4)
endif()
