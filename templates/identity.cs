<?cs include:"macros.cs" ?><?cs
set:Layout.files = "1" ?><?cs
set:Layout.reads = "1" ?><?cs
def:inputs() ?><?cs call:uploads() ?><?cs call:consents() ?><?cs /def ?><?cs
include:"step.cs" ?>
