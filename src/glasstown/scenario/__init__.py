"""A scenario: a TOML file, and what it extends, made into one frozen and validated object.

Reading order is import order: ``spelling`` (the name that was meant), ``positions`` (where in a text a key
stands), ``limits`` (what is refused before and after parsing), ``files`` (finding and reading), ``model``
(what comes out), ``describe`` (a parameter in words), ``overrides`` (``--set``), ``inherit`` (a chain of
files made into one draft), ``explain`` (what is wrong, in words), ``changes`` and ``validate`` (a draft made
into values), ``load`` (all of it); ``schema`` and ``edit`` write things out.
"""
