<?cs include:"macros.cs" ?><?cs
set:Layout.files = "1" ?><?cs
set:Layout.reads = "1" ?><?cs
def:inputs() ?><?cs call:consents() ?><?cs call:uploads() ?><?cs /def ?><?cs
include:"step.cs" ?>
