// What 'sae doctor' runs to see that a GPU compiles and runs a kernel: y[i] = fma(a, i, i) for 64 threads.
//   nvcc -ptx -arch=sm_75 -fmad=false probe.cu, with .version set to 7.0, is resources/io/github/sae4j/cuda/driver/probe.ptx
#ifdef SAE_EMULATE
#include "cuda_emu.h"
#else
#define SAE_KERNEL(name, params) extern "C" __global__ void name params
#endif

SAE_KERNEL(sae4j_probe, (float* y, int n, float a)) {
  int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) y[i] = fmaf(a, float(i), float(i));
}
