# The headers that most files include, parsed once for the whole build: for builds that are made once, where a change of
# one of the VM's own headers, which compiles everything again, does not matter. Files still include what they use, as
# all other builds show.

option(SOM_PRECOMPILE "Precompile the headers that most files include: for builds that are made once" OFF)

set(SOM_PRECOMPILED_HEADERS vm/vm.h vm/jit/ir.h vm/interpreter/slow_paths.h compiler/bytecode.h)
list(TRANSFORM SOM_PRECOMPILED_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/")
list(PREPEND SOM_PRECOMPILED_HEADERS
  <algorithm> <array> <bit> <charconv> <cmath> <cstddef> <cstdint> <cstdio> <cstdlib> <cstring> <deque> <filesystem>
  <functional> <limits> <map> <memory> <optional> <random> <set> <string> <string_view> <utility> <variant> <vector>
  <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h> <absl/container/inlined_vector.h>
  <absl/numeric/int128.h> <absl/strings/str_cat.h> <absl/strings/str_format.h> <absl/types/span.h>)

# som_precompile(TARGET...): the files of these targets start from the precompiled headers. The targets need the flags
# of som_options. Files with further flags of their own take no part: SKIP_PRECOMPILE_HEADERS.
function(som_precompile)
  if(NOT SOM_PRECOMPILE)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    if(target STREQUAL "som_compiler")
      target_precompile_headers(som_compiler PRIVATE ${SOM_PRECOMPILED_HEADERS})
    else()
      target_precompile_headers(${target} REUSE_FROM som_compiler)
    endif()
  endforeach()
endfunction()
