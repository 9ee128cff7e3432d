/**
 * Programs for the Python of an image, passed as an argument: nothing is written into it, no compiler is needed.
 * Each prints one line of JSON, or fails with the driver's own name of the error.
 */

/** The driver's library through ctypes; every call is checked. */
const DRIVER = `
import ctypes, json, os, sys
def fail(step, code=0):
    name = ctypes.c_char_p()
    try:
        lib.cuGetErrorName(code, ctypes.byref(name))
    except Exception:
        pass
    print("%s: error %d %s" % (step, code, (name.value or b"").decode()), file=sys.stderr)
    sys.exit(1)
def call(step, *words):
    code = getattr(lib, step)(*words)
    if code:
        fail(step, code)
try:
    lib = ctypes.CDLL("libcuda.so.1")
except OSError as error:
    print("libcuda.so.1: %s" % error, file=sys.stderr)
    sys.exit(1)
u64 = ctypes.c_uint64
call("cuInit", 0)
count = ctypes.c_int()
call("cuDeviceGetCount", ctypes.byref(count))
if count.value == 0:
    fail("cuDeviceGetCount", 100)
`;

/** Opens device i, which is current afterwards. */
const OPEN = `
def open_device(i):
    device, context = ctypes.c_int(), ctypes.c_void_p()
    call("cuDeviceGet", ctypes.byref(device), i)
    name = ctypes.create_string_buffer(256)
    call("cuDeviceGetName", name, 256, device)
    call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
    call("cuCtxSetCurrent", context)
    return name.value.decode("utf8", "replace")
`;

/** Lists devices as nvidia-smi does, and allocates a little: nvidia-smi works in containers where cuInit fails. */
export const CANARY = `
import json, os, subprocess
try:
    done = subprocess.run(["nvidia-smi", "-L"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    listed, code = done.stdout.decode("utf8", "replace"), done.returncode
except Exception as error:
    listed, code = str(error), -1
print(json.dumps({"listed": listed, "code": code, "visible": os.environ.get("NVIDIA_VISIBLE_DEVICES")}), flush=True)
${DRIVER}${OPEN}
open_device(0)
memory = u64()
call("cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(1 << 20))
call("cuMemFree_v2", memory)
print(json.dumps({"count": count.value}))
`;

/**
 * Multiplies numbers on the GPU: virtual assembly that every driver compiles for its own GPU.
 * Assembled with NVIDIA's ptxas for sm_50 to sm_120 (docs/gpu.md).
 */
export const MULTIPLY = `.version 6.0
.target sm_50
.address_size 64
.visible .entry slipway_multiply(.param .u64 data, .param .u32 factor)
{
.reg .b32 %r<6>;
.reg .b64 %rd<5>;
ld.param.u64 %rd1, [data];
ld.param.u32 %r1, [factor];
cvta.to.global.u64 %rd2, %rd1;
mov.u32 %r2, %ctaid.x;
mov.u32 %r3, %ntid.x;
mov.u32 %r4, %tid.x;
mad.lo.s32 %r5, %r2, %r3, %r4;
mul.wide.u32 %rd3, %r5, 4;
add.s64 %rd4, %rd2, %rd3;
ld.global.u32 %r2, [%rd4];
mul.lo.s32 %r2, %r2, %r1;
st.global.u32 [%rd4], %r2;
ret;
}
`;

/** Allocates on every device, multiplies there and reads the product back. The argument is how many devices there must be. */
export const CUDA_PROBE = `${DRIVER}${OPEN}
wanted = int(sys.argv[1])
if count.value < wanted:
    print("the program sees %d of %d GPUs" % (count.value, wanted), file=sys.stderr)
    sys.exit(1)
version = ctypes.c_int()
call("cuDriverGetVersion", ctypes.byref(version))
PTX = ${JSON.stringify(MULTIPLY)}
N = 1 << 20
names = []
for i in range(wanted):
    names.append(open_device(i))
    memory, module, function = u64(), ctypes.c_void_p(), ctypes.c_void_p()
    call("cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(4 * N))
    call("cuMemsetD32_v2", memory, ctypes.c_uint(7), ctypes.c_size_t(N))
    call("cuModuleLoadData", ctypes.byref(module), ctypes.c_char_p(PTX.encode()))
    call("cuModuleGetFunction", ctypes.byref(function), module, b"slipway_multiply")
    factor = ctypes.c_uint(6)
    words = (ctypes.c_void_p * 2)(ctypes.addressof(memory), ctypes.addressof(factor))
    call("cuLaunchKernel", function, N // 256, 1, 1, 256, 1, 1, 0, None, words, None)
    call("cuCtxSynchronize")
    result = (ctypes.c_uint * N)()
    call("cuMemcpyDtoH_v2", result, memory, ctypes.c_size_t(4 * N))
    if any(value != 42 for value in (result[0], result[N // 2], result[N - 1])):
        print("the GPU multiplies 7 by 6 to %d" % result[0], file=sys.stderr)
        sys.exit(1)
    call("cuMemFree_v2", memory)
print(json.dumps({"devices": names, "cuda": version.value}))
`;

/** The same through PyTorch; its peak of reserved memory is exact where samples are a lower bound. */
export const TORCH_PROBE = `
import json, sys
import torch
wanted = int(sys.argv[1])
if not torch.cuda.is_available():
    torch.zeros(1, device="cuda")
if torch.cuda.device_count() < wanted:
    print("the program sees %d of %d GPUs" % (torch.cuda.device_count(), wanted), file=sys.stderr)
    sys.exit(1)
names = []
for i in range(wanted):
    a = torch.full((512, 512), 2.0, device="cuda:%d" % i)
    product = (a @ a).sum().item()
    if product != 512 * 512 * 512 * 4:
        print("the GPU multiplies wrongly: %r" % product, file=sys.stderr)
        sys.exit(1)
    names.append(torch.cuda.get_device_name(i))
print(json.dumps({"devices": names, "torch": torch.__version__, "cuda": torch.version.cuda,
                  "max_memory_reserved": torch.cuda.max_memory_reserved()}))
`;
