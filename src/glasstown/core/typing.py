"""Short names for the types that kernels take."""

import numpy as np
from numpy.typing import NDArray

U32 = np.uint32
U64 = np.uint64

U8s = NDArray[np.uint8]
U16s = NDArray[np.uint16]
U32s = NDArray[np.uint32]
U64s = NDArray[np.uint64]
I16s = NDArray[np.int16]
I32s = NDArray[np.int32]
I64s = NDArray[np.int64]
F32s = NDArray[np.float32]
F64s = NDArray[np.float64]

__all__ = ["U32", "U64", "F32s", "F64s", "I16s", "I32s", "I64s", "U8s", "U16s", "U32s", "U64s"]
