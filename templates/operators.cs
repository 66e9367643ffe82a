<?cs # For operators: how the exchange with each bank stands. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.operators.banks.title ?><?cs
set:Layout.width = "wide" ?><?cs
def:body() ?><h1><?cs var:Lang.operators.banks.title ?></h1>
<?cs call:desk_tabs() ?><p class="lead"><?cs var:Lang.operators.banks.lead ?></p>
<section class="sheet wide" tabindex="0" aria-label="<?cs var:Lang.operators.banks.title ?>">
<table class="figures figures--many">
<thead><tr><th scope="col"><?cs var:Lang.operators.banks.bank ?></th><th scope="col"><?cs var:Lang.operators.banks.alarms ?></th><th scope="col"><?cs var:Lang.operators.banks.order ?></th><th scope="col"><?cs var:Lang.operators.banks.answer ?></th><?cs
each:c = Lang.operators.banks.column ?><th class="is-number" scope="col"><?cs var:c ?></th><?cs /each ?><th scope="col"><?cs var:Lang.operators.banks.seen ?></th></tr></thead>
<tbody>
<?cs each:b = Bank ?><tr><th scope="row"><a href="<?cs var:b.href ?>"><?cs var:b.name ?></a> <span class="number"><?cs var:b.code ?></span></th>
<td><?cs call:alarms(b) ?></td>
<td><?cs if:b.order.msg_id ?><?cs var:b.order.text ?> <small><?cs call:age(b.order.age) ?></small><?cs else ?>–<?cs /if ?></td>
<td><?cs if:b.answer.msg_id ?><?cs var:b.answer.text ?> <small><?cs call:age(b.answer.age) ?></small><?cs else ?>–<?cs /if ?></td>
<?cs each:c = Lang.operators.banks.column ?><td class="is-number"><?cs if:?b[name(c)] ?><?cs var:b[name(c)] ?><?cs else ?>–<?cs /if ?></td><?cs /each ?>
<td><?cs if:b.unseen ?>–<?cs else ?><?cs call:age(b.age) ?><?cs /if ?></td></tr>
<?cs /each ?></tbody>
</table>
</section>
<?cs /def ?><?cs
include:"layout.cs" ?>
