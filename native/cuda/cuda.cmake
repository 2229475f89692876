# The CUDA engine: parabola_cuda, plain C++ with the stand-in, everywhere; parabola_cudart, its kernels and the CUDA
# runtime, where nvcc is. Of the runtimes a library has one: parabola_device is the one that this machine can build,
# parabola_standin the stand-in. The kernels are compiled by commands of their own: CMake's own language would fix the
# architectures and the host compiler for the whole project.
set(parabola_cuda_directory ${CMAKE_CURRENT_SOURCE_DIR}/native/cuda)

add_library(parabola_cuda STATIC
  ${parabola_cuda_directory}/covariance.cpp
  ${parabola_cuda_directory}/covariance_cpu.cpp
  ${parabola_cuda_directory}/cuda_problem.cpp
  ${parabola_cuda_directory}/device_copies.cpp
  ${parabola_cuda_directory}/device_draw.cpp
  ${parabola_cuda_directory}/draw_cpu.cpp
  ${parabola_cuda_directory}/products.cpp
  ${parabola_cuda_directory}/solve_cpu.cpp
  ${parabola_cuda_directory}/staging.cpp
  ${parabola_cuda_directory}/standin.cpp
  ${parabola_cuda_directory}/window_covariances.cpp)
target_include_directories(parabola_cuda PUBLIC kernels ${parabola_cuda_directory})
target_link_libraries(parabola_cuda PUBLIC parabola_cpu Threads::Threads)
set_source_files_properties(${parabola_cuda_directory}/solve_cpu.cpp ${parabola_cuda_directory}/draw_cpu.cpp
                            PROPERTIES COMPILE_DEFINITIONS PARABOLA_SINGLE_LANE)

add_library(parabola_standin STATIC ${parabola_cuda_directory}/device_runtime_standin.cpp)
target_link_libraries(parabola_standin PUBLIC parabola_cuda)

# The runtime of parabola_device, NAME as in device_runtime_NAME.cpp.
function(parabola_device_runtime name)
  add_library(parabola_device STATIC ${parabola_cuda_directory}/device_runtime_${name}.cpp)
  target_link_libraries(parabola_device PUBLIC ${ARGN})
endfunction()

find_program(PARABOLA_NVCC nvcc HINTS ENV CUDA_PATH PATHS /usr/local/cuda/bin PATH_SUFFIXES bin)
if(NOT PARABOLA_NVCC)
  message(NOTICE "parabola: no nvcc, so the CUDA kernels are not built")
  parabola_device_runtime(none parabola_cuda)
  return()
endif()

# Where nvcc says that it takes its headers and libraries from: it may be a script or a link to elsewhere.
execute_process(COMMAND ${PARABOLA_NVCC} --dryrun -x cu /dev/null -c -o /dev/null
                OUTPUT_VARIABLE parabola_nvcc_plan ERROR_VARIABLE parabola_nvcc_plan)
string(REGEX MATCH "TOP=([^\n]*)" parabola_cuda_top "${parabola_nvcc_plan}")
set(parabola_cuda_top "${CMAKE_MATCH_1}")
find_path(PARABOLA_CUDA_INCLUDE cuda_runtime_api.h NO_DEFAULT_PATH
          HINTS ${parabola_cuda_top}/include ${parabola_cuda_top}/targets/x86_64-linux/include
                ${parabola_cuda_top}/targets/sbsa-linux/include)
find_library(PARABOLA_CUDART cudart_static NO_DEFAULT_PATH
             HINTS ${parabola_cuda_top}/lib64 ${parabola_cuda_top}/lib ${parabola_cuda_top}/targets/x86_64-linux/lib
                   ${parabola_cuda_top}/targets/sbsa-linux/lib)
if(NOT PARABOLA_CUDA_INCLUDE OR NOT PARABOLA_CUDART)
  message(NOTICE "parabola: nvcc without the CUDA runtime's header and static library, so the CUDA kernels are not built")
  parabola_device_runtime(none parabola_cuda)
  return()
endif()

# One .cu file into an object; ARGN are the architectures it is compiled for. Contraction is spelt out as fma() here
# too, so that the stand-in rounds as the device does.
function(parabola_cuda_object name)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/cuda/${name}.o)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/cuda)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${PARABOLA_NVCC} -std=c++20 --expt-relaxed-constexpr -O3 --fmad=false --threads 2 --compress-mode=size ${ARGN}
            -ccbin ${CMAKE_CXX_COMPILER} -I ${CMAKE_CURRENT_SOURCE_DIR}/kernels -I ${CMAKE_CURRENT_SOURCE_DIR}/native
            -I ${parabola_cuda_directory} -Xcompiler=-fPIC,-fvisibility=hidden -MD -MF ${object}.d
            -c ${parabola_cuda_directory}/${name}.cu -o ${object}
    DEPENDS ${parabola_cuda_directory}/${name}.cu
    DEPFILE ${object}.d
    COMMENT "CUDA kernels: ${name}"
    VERBATIM)
endfunction()

# The covariance has code of its own for the matrix instructions of 8.0 and of 9.0, and PTX of the last one.
set(PARABOLA_CUDA_COVARIANCE 75 80 86 89 90 100 120 CACHE STRING "CUDA architectures of the covariance kernels")
set(parabola_gencode)
foreach(architecture ${PARABOLA_CUDA_COVARIANCE})
  list(APPEND parabola_gencode -gencode arch=compute_${architecture},code=sm_${architecture})
  set(parabola_newest ${architecture})
endforeach()
list(APPEND parabola_gencode -gencode arch=compute_${parabola_newest},code=compute_${parabola_newest})
parabola_cuda_object(covariance ${parabola_gencode})

# The other kernels: no architecture has code of its own, so one PTX does for all. The general kernel takes a
# compiler long, so there the code for 8.0 serves 8.6 and 8.9 too, which run it.
set(PARABOLA_CUDA_PLAIN "75,80,86,89,90,100,120" CACHE STRING "CUDA architectures of the plain kernels")
set(PARABOLA_CUDA_GENERAL "75,80,90,100,120" CACHE STRING "CUDA architectures of the general kernel")
set(PARABOLA_CUDA_DRAW "75,80,86,89,90,100,120" CACHE STRING "CUDA architectures of the drawing kernel")
foreach(name plain general draw)
  string(TOUPPER PARABOLA_CUDA_${name} architectures)
  string(REPLACE "," ",sm_" codes "sm_${${architectures}}")
  parabola_cuda_object(${name} "-gencode=arch=compute_75,code=[compute_75,${codes}]")
endforeach()

set(parabola_cuda_objects)
foreach(name covariance plain general draw)
  list(APPEND parabola_cuda_objects ${CMAKE_CURRENT_BINARY_DIR}/cuda/${name}.o)
endforeach()
add_library(parabola_cudart STATIC ${parabola_cuda_directory}/cudart_runtime.cpp ${parabola_cuda_directory}/cublas.cpp
                                   ${parabola_cuda_objects})
set_source_files_properties(${parabola_cuda_objects} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
target_include_directories(parabola_cudart SYSTEM PRIVATE ${PARABOLA_CUDA_INCLUDE})
target_link_libraries(parabola_cudart PUBLIC parabola_cuda ${PARABOLA_CUDART} Threads::Threads ${CMAKE_DL_LIBS})
if(UNIX AND NOT APPLE)
  target_link_libraries(parabola_cudart PUBLIC rt)
endif()
parabola_device_runtime(cudart parabola_cudart)
