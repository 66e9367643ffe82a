<?cs # Where her applications stand: what is to be done, who is waited for, what has happened and follows; the card and the branch. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "wide" ?><?cs
set:Layout.title = Lang.site.my ?><?cs
def:start(anew) ?><a class="weui-btn weui-btn_primary" href="<?cs var:Home.start ?>"><?cs if:Home.begun ?><?cs var:Lang.button.resume ?><?cs else ?><?cs var:anew ?><?cs /if ?></a><?cs /def ?><?cs
def:body() ?><h1><?cs var:Lang.site.my ?></h1>
<?cs call:notices() ?><?cs if:!subcount(Application) ?><section class="sheet">
<h2><?cs if:Home.begun ?><?cs var:Lang.my.begun ?><?cs else ?><?cs var:Lang.my.none ?><?cs /if ?></h2>
<p><?cs call:start(Lang.hall.apply) ?></p>
</section>
<?cs /if ?><?cs each:a = Application ?><article class="sheet application" id="<?cs var:a.no ?>">
<div class="application__head"><h2><?cs var:Lang.my.card ?></h2> <span class="state state--<?cs var:a.state ?>"><?cs var:a.state_text ?></span></div>
<div class="application__parts"><div>
<?cs if:a.reason_text ?><p class="reason"><?cs var:a.reason_text ?></p>
<?cs /if ?><?cs call:now(a) ?><?cs call:promise(a) ?><?cs if:subcount(a.event) ?><h3><?cs var:Lang.my.timeline ?></h3>
<?cs call:timeline(a) ?><?cs /if ?></div>
<div>
<?cs call:card(a) ?><?cs call:facts(a, "1") ?><?cs call:place(a) ?><?cs call:receipt(a) ?></div></div>
<?cs if:a.correct || a.withdraw ?><p class="application__go"><?cs if:a.correct ?><a class="weui-btn weui-btn_primary" href="<?cs var:a.correct ?>"><?cs var:a.correct_text ?><span class="spoken"> <?cs var:a.no ?></span></a> <?cs /if ?><?cs if:a.withdraw ?><a href="<?cs var:a.withdraw ?>"><?cs var:Lang.button.withdraw ?><span class="spoken"> <?cs var:a.no ?></span></a><?cs /if ?></p>
<?cs /if ?></article>
<?cs /each ?><?cs if:subcount(Application) && Home.start ?><p class="application__go"><?cs call:start(Lang.my.again) ?></p>
<?cs /if ?><?cs call:print() ?><?cs /def ?><?cs
include:"layout.cs" ?>
