<?cs # For operators: what was refused, by reason and by bank. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.operators.rejects.title ?><?cs
set:Layout.width = "wide" ?><?cs
def:body() ?><h1><?cs var:Lang.operators.rejects.title ?></h1>
<?cs call:desk_tabs() ?><p class="lead"><?cs var:Lang.operators.rejects.lead ?></p>
<nav class="tabs" aria-label="<?cs var:Lang.operators.rejects.period ?>"><?cs each:p = Period ?><a href="<?cs var:p.href ?>"<?cs if:p.current ?> aria-current="page"<?cs /if ?>><?cs call:say(Lang.operators.rejects.days, p.days, "") ?></a><?cs /each ?></nav>
<?cs if:Refusals.bank ?><p><?cs call:say(Lang.operators.rejects.only, Refusals.bank, "") ?> <a href="<?cs var:Refusals.all ?>"><?cs var:Lang.operators.rejects.all ?></a></p>
<?cs /if ?><?cs if:!subcount(Reason) && !subcount(File) ?><p class="sheet"><?cs var:Lang.operators.rejects.none ?></p>
<?cs /if ?><div class="charts">
<?cs if:subcount(Reason) ?><?cs call:bars(Lang.operators.rejects.by_reason, Lang.operators.rejects.reason, Reason) ?><?cs /if ?><?cs
if:subcount(Refuser) ?><?cs call:bars(Lang.operators.rejects.by_bank, Lang.operators.banks.bank, Refuser) ?><?cs /if ?><?cs
if:subcount(File) ?><?cs call:bars(Lang.operators.rejects.files, Lang.operators.rejects.reason, File) ?><?cs /if ?></div>
<?cs /def ?><?cs
include:"layout.cs" ?>
