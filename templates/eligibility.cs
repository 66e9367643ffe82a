<?cs include:"macros.cs" ?><?cs
set:Layout.next = Lang.step.eligibility.button ?><?cs
def:inputs() ?><?cs call:applicant() ?><?cs call:consents() ?><?cs /def ?><?cs
include:"step.cs" ?>
