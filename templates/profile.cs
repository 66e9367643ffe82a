<?cs include:"macros.cs" ?><?cs
def:inputs() ?><?cs call:fields() ?><?cs /def ?><?cs
include:"step.cs" ?>
