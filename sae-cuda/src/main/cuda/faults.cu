// Numbers that are missing where a kernel that reads them would not notice.
#include "device.cuh"

// notFinite: the place of the first of n numbers that is NaN.
SAE_KERNEL(find_nan, (const float* x, u64* notFinite, i64 n)) {
  for (i64 i = threadIndex(); i < n; i += threadCount())
    if (x[i] != x[i]) reportPlace(notFinite, 0, i, n);
}
