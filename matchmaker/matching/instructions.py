"""What processors can do and Python cannot say, for kernels: fetch memory ahead, look at the bits of a word."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import intrinsic


@intrinsic
def _prefetch(typing: Any, array: Any, place: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        own = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cast("Any", cgutils).get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0i8"
        )
        # For reading, to be kept in all levels, data.
        said = (ir.Constant(word, told) for told in (0, 3, 1))
        builder.call(function, [builder.bitcast(builder.gep(own.data, [arguments[1]]), byte), *said])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit


@intrinsic
def _as_float(typing: Any, bits: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.uint32), emit


@intrinsic
def _count_bits(typing: Any, bits: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), emit


#: Fetch where an element of an array lies into the cache; a place beyond the array does no harm.
prefetch = cast("Callable[[Any, Any], None]", _prefetch)
#: Read 32 bits as a number with a point.
as_float = cast("Callable[[np.uint32], np.float32]", _as_float)
#: Return how many bits of a word are set.
count_bits = cast("Callable[[np.uint64], np.uint64]", _count_bits)
#: Return the place of the lowest bit that is set.
lowest_bit = cast("Callable[[np.uint64], np.int64]", trailing_zeros)
