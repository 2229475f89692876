# The CUDA engine: parabola_cuda, plain C++ with the stand-in, everywhere; parabola_cudart, its kernels and the CUDA
# runtime, where nvcc is. The kernels are compiled by commands of their own: CMake's own language would fix the
# architectures and the host compiler for the whole project.
set(parabola_cuda_directory ${CMAKE_CURRENT_SOURCE_DIR}/native/cuda)

add_library(parabola_cuda STATIC
  ${parabola_cuda_directory}/covariance.cpp
  ${parabola_cuda_directory}/covariance_cpu.cpp
  ${parabola_cuda_directory}/products.cpp
  ${parabola_cuda_directory}/scenario_covariances.cpp
  ${parabola_cuda_directory}/staging.cpp
  ${parabola_cuda_directory}/standin.cpp)
target_include_directories(parabola_cuda PUBLIC kernels ${parabola_cuda_directory})
target_link_libraries(parabola_cuda PUBLIC Threads::Threads)

find_program(PARABOLA_NVCC nvcc HINTS $ENV{CUDA_HOME}/bin $ENV{CUDA_PATH}/bin /usr/local/cuda/bin)
if(NOT PARABOLA_NVCC)
  message(NOTICE "parabola: no nvcc, so the CUDA engine is not built")
  return()
endif()

# Where nvcc says that it takes its headers and libraries from: it may be a script or a link to elsewhere.
execute_process(COMMAND ${PARABOLA_NVCC} --dryrun -x cu /dev/null -c -o /dev/null
                OUTPUT_VARIABLE parabola_nvcc_plan ERROR_VARIABLE parabola_nvcc_plan)
string(REGEX MATCH "#\\\\$ TOP=([^\\n]*)" parabola_cuda_top "${parabola_nvcc_plan}")
set(parabola_cuda_top "${CMAKE_MATCH_1}")
find_path(PARABOLA_CUDA_INCLUDE cuda_runtime_api.h NO_DEFAULT_PATH
          HINTS ${parabola_cuda_top}/include ${parabola_cuda_top}/targets/x86_64-linux/include
                ${parabola_cuda_top}/targets/sbsa-linux/include)
find_library(PARABOLA_CUDART cudart_static NO_DEFAULT_PATH
             HINTS ${parabola_cuda_top}/lib64 ${parabola_cuda_top}/lib ${parabola_cuda_top}/targets/x86_64-linux/lib
                   ${parabola_cuda_top}/targets/sbsa-linux/lib)
if(NOT PARABOLA_CUDA_INCLUDE OR NOT PARABOLA_CUDART)
  message(NOTICE "parabola: nvcc without the CUDA runtime's header and static library, so the CUDA engine is not built")
  return()
endif()

# Code for each of these, and PTX of the last one for what comes after it.
set(PARABOLA_CUDA_ARCHITECTURES 75 80 86 89 90 100 120 CACHE STRING "Compute capabilities to compile for")
set(parabola_gencode)
foreach(architecture ${PARABOLA_CUDA_ARCHITECTURES})
  list(APPEND parabola_gencode -gencode arch=compute_${architecture},code=sm_${architecture})
  set(parabola_newest ${architecture})
endforeach()
list(APPEND parabola_gencode -gencode arch=compute_${parabola_newest},code=compute_${parabola_newest})

add_library(parabola_cudart STATIC ${parabola_cuda_directory}/cudart_runtime.cpp
                                   ${parabola_cuda_directory}/cublas.cpp)
target_include_directories(parabola_cudart SYSTEM PRIVATE ${PARABOLA_CUDA_INCLUDE})
target_link_libraries(parabola_cudart PUBLIC parabola_cuda ${PARABOLA_CUDART} Threads::Threads ${CMAKE_DL_LIBS})
if(UNIX AND NOT APPLE)
  target_link_libraries(parabola_cudart PUBLIC rt)
endif()

# One .cu file into parabola_cudart.
function(parabola_cuda_source source)
  get_filename_component(name ${source} NAME_WE)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/cuda/${name}.o)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/cuda)
  # Contraction is spelt out as fma() here too, so that the stand-in rounds as the device does.
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${PARABOLA_NVCC} -std=c++20 -O3 -fmad=false --threads 2 ${parabola_gencode} -ccbin ${CMAKE_CXX_COMPILER}
            -I ${CMAKE_CURRENT_SOURCE_DIR}/kernels -I ${parabola_cuda_directory} -Werror all-warnings
            -Xcompiler=-fPIC,-fvisibility=hidden,-Wall -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source}
    DEPFILE ${object}.d
    COMMENT "Compiling ${name}.cu for ${PARABOLA_CUDA_ARCHITECTURES}"
    VERBATIM)
  target_sources(parabola_cudart PRIVATE ${object})
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
endfunction()

parabola_cuda_source(${parabola_cuda_directory}/covariance.cu)
