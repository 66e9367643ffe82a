<?cs # For operators: one bank, its last nights, and where its figures differ from ours. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Bank.0.name ?><?cs
set:Layout.width = "wide" ?><?cs
def:night(n) ?><section class="sheet wide" tabindex="0" aria-labelledby="night-<?cs var:n.date ?>">
<h3 id="night-<?cs var:n.date ?>"><?cs var:n.date ?></h3>
<table class="figures">
<thead><tr><th scope="col"><?cs var:Lang.operators.file.file ?></th><th class="is-number" scope="col"><?cs var:Lang.operators.file.records ?></th><th scope="col"><?cs var:Lang.operators.file.state ?></th><th scope="col"><?cs var:Lang.operators.file.at ?></th></tr></thead>
<tbody>
<?cs each:f = n.file ?><tr><th scope="row"><?cs if:f.out ?><?cs var:Lang.operators.file.out ?><?cs else ?><?cs var:Lang.operators.file.in ?><?cs /if ?> <?cs var:f.type ?>
<div class="number"><?cs var:f.msg_id ?></div>
<?cs if:f.original ?><small><?cs call:say(Lang.operators.file.answers, f.original, "") ?></small>
<?cs /if ?></th>
<td class="is-number"><?cs var:f.records ?></td>
<td><span class="state<?cs if:f.bad ?> state--REJECTED<?cs /if ?>"><?cs var:f.state ?></span><?cs if:f.reason ?><p><span class="number"><?cs var:f.reason ?></span> <?cs var:f.reason_text ?></p><?cs /if ?><?cs
if:f.receipt ?><p><small><?cs call:say(Lang.operators.file.receipt, f.receipt, f.receipt_at) ?></small></p><?cs /if ?><?cs
if:f.digest ?><details><summary>SHA-256<span class="spoken"> <?cs var:f.msg_id ?></span></summary><small class="digest"><?cs var:f.digest ?></small></details><?cs /if ?></td>
<td class="number"><?cs var:f.at ?></td></tr>
<?cs /each ?></tbody>
</table>
</section>
<?cs /def ?><?cs
def:difference(d) ?><li><span class="number"><?cs var:d.order ?></span> <?cs
if:d.strange ?><?cs var:Lang.operators.difference.strange ?><?cs
elif:!d.report ?><?cs var:Lang.operators.difference.silent ?><?cs
else ?><small><?cs call:say(Lang.operators.difference.report, d.report, "") ?></small><?cs /if ?><?cs
each:f = d.figure ?><div><?cs var:f.name ?> <?cs call:say(Lang.operators.difference.figure, f.ours, f.theirs) ?></div><?cs /each ?></li>
<?cs /def ?><?cs
def:body() ?><h1><?cs var:Bank.0.name ?> <span class="number"><?cs var:Bank.0.code ?></span></h1>
<?cs call:desk_tabs() ?><section class="sheet stands">
<h2><?cs var:Lang.operators.banks.stands ?></h2>
<p><?cs call:alarms(Bank.0) ?></p>
<?cs if:!Bank.0.unseen ?><dl>
<?cs if:Bank.0.order.msg_id ?><div><dt><?cs var:Lang.operators.banks.order ?></dt><dd><span class="number"><?cs var:Bank.0.order.msg_id ?></span> <?cs var:Bank.0.order.text ?> <small><?cs call:age(Bank.0.order.age) ?></small></dd></div>
<?cs /if ?><?cs if:Bank.0.answer.msg_id ?><div><dt><?cs var:Lang.operators.banks.answer ?></dt><dd><span class="number"><?cs var:Bank.0.answer.msg_id ?></span> <?cs var:Bank.0.answer.text ?> <small><?cs call:age(Bank.0.answer.age) ?></small></dd></div>
<?cs /if ?><?cs each:c = Lang.operators.banks.column ?><?cs if:?Bank.0[name(c)] ?><div><dt><?cs var:c ?></dt><dd><?cs var:Bank.0[name(c)] ?></dd></div>
<?cs /if ?><?cs /each ?><?cs each:s = Bank.0.state ?><div><dt><?cs var:s.text ?></dt><dd><?cs call:say(Lang.operators.banks.oldest, s.number, s.days) ?></dd></div>
<?cs /each ?></dl>
<p class="idle"><?cs var:Lang.operators.banks.seen ?> <?cs call:age(Bank.0.age) ?></p>
<?cs /if ?></section>
<section class="sheet">
<h2><?cs var:Lang.operators.difference.title ?></h2>
<?cs if:Differences.unseen ?><p><?cs var:Lang.operators.unseen ?></p>
<?cs else ?><?cs if:!subcount(Difference) ?><p><?cs var:Lang.operators.difference.none ?></p>
<?cs else ?><ul class="plain">
<?cs each:d = Difference ?><?cs call:difference(d) ?><?cs /each ?></ul>
<?cs if:Differences.cut ?><p><?cs var:Lang.operators.cut ?></p>
<?cs /if ?><?cs /if ?><p class="idle"><?cs var:Lang.operators.difference.seen ?> <?cs call:age(Differences.age) ?></p>
<?cs /if ?></section>
<h2 class="nights"><?cs call:say(Lang.operators.nights.title, Nights.from, Nights.to) ?></h2>
<?cs if:Nights.cut ?><p class="notice"><?cs var:Lang.operators.cut ?></p>
<?cs /if ?><?cs if:!subcount(Night) ?><p class="sheet"><?cs var:Lang.operators.nights.none ?></p>
<?cs /if ?><?cs each:n = Night ?><?cs call:night(n) ?><?cs /each ?><p class="links"><a href="<?cs var:Bank.0.rejects ?>"><?cs var:Lang.operators.rejects.title ?></a> <a href="<?cs var:Nights.earlier ?>"><?cs var:Lang.operators.nights.earlier ?></a><?cs if:Nights.later ?> <a href="<?cs var:Nights.later ?>"><?cs var:Lang.operators.nights.later ?></a><?cs /if ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
