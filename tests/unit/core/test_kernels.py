"""Where compiled code is kept, and for which processor it is made."""

import stat

from glasstown.core import kernels
from glasstown.core.kernels import config, wide


def test_wide_vectors_are_asked_for_only_where_there_are_any() -> None:
    assert wide("+avx2,+avx512f,+avx512vl") == "+avx2,+avx512f,+avx512vl,-prefer-256-bit"
    for without in ("", "+avx2", "+avx512f,-avx512vl"):
        assert wide(without) == without


def test_the_compiler_is_told() -> None:
    assert wide(config.CPU_FEATURES.removesuffix(",-prefer-256-bit")) == config.CPU_FEATURES


def test_compiled_code_is_private() -> None:
    folder = kernels.cache_folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.name == f"kernels-{kernels.sources_hash()}" or folder.name.startswith("glasstown-")
