<?cs include:"macros.cs" ?><?cs
set:Layout.title = Lang.site.my ?><?cs
def:body() ?><h1><?cs var:Lang.site.my ?></h1>
<?cs call:notices() ?><?cs if:!subcount(Application) ?><section class="sheet">
<h2><?cs var:Lang.my.none ?></h2>
<p><a class="weui-btn weui-btn_primary" href="<?cs var:Home.start ?>"><?cs var:Lang.hall.apply ?></a></p>
</section>
<?cs /if ?><?cs each:a = Application ?><article class="sheet application" id="<?cs var:a.no ?>">
<h2><?cs var:Lang.my.card ?> <span class="state state--<?cs var:a.state ?>"><?cs var:a.state_text ?></span></h2>
<?cs if:a.reason_text ?><p class="reason"><?cs var:a.reason_text ?></p>
<?cs /if ?><?cs if:a.expects ?><p class="expects"><b><?cs var:Lang.my.expects ?></b> <?cs var:a.expects ?></p>
<?cs /if ?><?cs call:promise(a) ?><?cs call:facts(a) ?><h3><?cs var:Lang.my.timeline ?></h3>
<?cs call:timeline(a) ?><?cs if:a.correct ?><p><a class="weui-btn weui-btn_primary" href="<?cs var:a.correct ?>"><?cs var:a.correct_text ?><span class="spoken"> <?cs var:a.no ?></span></a></p><?cs /if ?><?cs if:a.withdraw ?><p><a href="<?cs var:a.withdraw ?>"><?cs var:Lang.button.withdraw ?><span class="spoken"> <?cs var:a.no ?></span></a></p>
<?cs /if ?></article>
<?cs /each ?><?cs /def ?><?cs
include:"layout.cs" ?>
