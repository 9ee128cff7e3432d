/*
 * Stand-in for NVIDIA's libcuda.so.1: no GPU anywhere. It knows what the probes of src/gpu/programs.ts call, keeps "device"
 * memory in main memory and multiplies with the processor.
 * /run/standin-gpu/init holds what cuInit answers, /run/standin-gpu/use/<host name> tells the stand-in nvidia-smi how much
 * memory is taken, /run/standin-gpu/total how much there is.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE "/run/standin-gpu/"
#define NOT_FOUND 500
#define OUT_OF_MEMORY 2

static uint64_t taken;
static int ready;

static uint64_t read_number(const char *path, uint64_t otherwise) {
  char text[32] = {0};
  int file = open(path, O_RDONLY);
  if (file < 0) return otherwise;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return otherwise;
  uint64_t number = 0;
  for (char *digit = text; *digit >= '0' && *digit <= '9'; digit++) number = number * 10 + (uint64_t)(*digit - '0');
  return number;
}

static void tell(void) {
  char path[256] = STATE "use/", digits[24];
  size_t start = strlen(path);
  if (gethostname(path + start, sizeof path - start - 1) != 0) return;
  int length = 0, file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0) return;
  uint64_t number = taken;
  char *end = digits + sizeof digits;
  do { *--end = (char)('0' + number % 10); number /= 10; length++; } while (number);
  if (write(file, end, (size_t)length) < 0) taken += 0;
  fchmod(file, 0666);
  close(file);
}

int cuInit(unsigned flags) {
  (void)flags;
  int code = (int)read_number(STATE "init", 0);
  ready = code == 0;
  return code;
}
int cuDriverGetVersion(int *version) { *version = 12040; return 0; }
int cuDeviceGetCount(int *count) { *count = (int)read_number(STATE "count", 1); return ready ? 0 : 3; }
int cuDeviceGet(int *device, int index) { *device = index; return 0; }
int cuDeviceGetName(char *name, int length, int device) {
  (void)device;
  strncpy(name, "Stand-in GPU", (size_t)length - 1);
  name[length - 1] = 0;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { *context = (void *)(intptr_t)(device + 1); return 0; }
int cuCtxSetCurrent(void *context) { (void)context; return 0; }
int cuCtxSynchronize(void) { return 0; }
int cuMemAlloc_v2(uint64_t *memory, size_t bytes) {
  uint64_t total = read_number(STATE "total", (uint64_t)16 << 30);
  if (taken + bytes > total) return OUT_OF_MEMORY;
  uint64_t *block = calloc(1, bytes + 16);
  if (block == NULL) return OUT_OF_MEMORY;
  block[0] = bytes;
  *memory = (uint64_t)(uintptr_t)(block + 2);
  taken += bytes;
  tell();
  return 0;
}
int cuMemFree_v2(uint64_t memory) {
  uint64_t *block = (uint64_t *)(uintptr_t)memory - 2;
  taken -= block[0];
  free(block);
  tell();
  return 0;
}
int cuMemsetD32_v2(uint64_t memory, unsigned value, size_t count) {
  uint32_t *cells = (uint32_t *)(uintptr_t)memory;
  for (size_t i = 0; i < count; i++) cells[i] = value;
  return 0;
}
int cuMemcpyDtoH_v2(void *target, uint64_t memory, size_t bytes) {
  memcpy(target, (void *)(uintptr_t)memory, bytes);
  return 0;
}
int cuMemcpyHtoD_v2(uint64_t memory, const void *source, size_t bytes) {
  memcpy((void *)(uintptr_t)memory, source, bytes);
  return 0;
}
int cuModuleLoadData(void **module, const void *image) { *module = (void *)image; return 0; }
int cuModuleGetFunction(void **function, void *module, const char *name) {
  (void)module;
  if (strcmp(name, "slipway_multiply") != 0) return NOT_FOUND;
  *function = (void *)1;
  return 0;
}
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **words, void **extra) {
  (void)function; (void)shared; (void)stream; (void)extra;
  uint32_t *cells = (uint32_t *)(uintptr_t) * (uint64_t *)words[0], factor = *(uint32_t *)words[1];
  size_t count = (size_t)gx * gy * gz * bx * by * bz;
  for (size_t i = 0; i < count; i++) cells[i] *= factor;
  return 0;
}
int cuGetErrorName(int code, const char **name) {
  *name = code == 999 ? "CUDA_ERROR_UNKNOWN" : code == 100 ? "CUDA_ERROR_NO_DEVICE" : code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY"
        : code == 34 ? "CUDA_ERROR_STUB_LIBRARY" : code == 802 ? "CUDA_ERROR_SYSTEM_NOT_READY" : "CUDA_ERROR";
  return 0;
}
