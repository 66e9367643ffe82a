<?cs include:"macros.cs" ?><?cs
set:Layout.title = Step.title ?><?cs
include:"progress.cs" ?><?cs
def:body() ?><?cs call:progress() ?><div>
<?cs call:notices() ?><div class="panel"><h1><?cs var:Lang.done.text ?></h1>
<?cs each:a = Application ?><dl><div><dt><?cs var:Lang.my.no ?></dt> <dd class="number"><?cs var:a.no ?></dd></div></dl>
<?cs /each ?></div>
<?cs each:a = Application ?><div class="sheet">
<?cs call:promise(a) ?><?cs call:card(a) ?><?cs call:facts(a, "") ?><?cs call:place(a) ?><?cs call:receipt(a) ?></div>
<?cs /each ?><section class="sheet">
<h2><?cs var:Lang.done.next_title ?></h2>
<ol class="next">
<?cs each:n = Lang.done.next ?><li><?cs var:n ?></li>
<?cs /each ?></ol>
</section>
<?cs call:answers("") ?><?cs call:print() ?><div class="go"><a class="weui-btn weui-btn_primary" href="/my"><?cs var:Lang.site.my ?></a></div>
</div>
<?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
