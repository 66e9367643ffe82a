<?cs include:"macros.cs" ?><?cs
set:Layout.width = "wide" ?><?cs
set:Layout.title = Lang.hall.title ?><?cs
def:body() ?><?cs call:notices() ?><h1><?cs var:Lang.hall.title ?></h1>
<p class="lead"><?cs var:Lang.hall.lead ?></p>
<?cs if:?Home.live.no ?><section class="sheet banner">
<h2><?cs call:say(Lang.hall.live, Home.live.state_text, "") ?></h2>
<p><?cs var:Lang.my.no ?> <span class="number"><?cs var:Home.live.no ?></span></p>
<p><a class="weui-btn weui-btn_primary" href="/my"><?cs var:Lang.site.my ?></a></p>
</section>
<?cs else ?><?cs if:?Home.resume.href ?><section class="sheet banner">
<h2><?cs call:say(Lang.hall.resume, Home.resume.title, "") ?></h2>
<p><?cs call:say(Lang.hall.resume_saved, Home.resume.saved, "") ?></p>
<p><a class="weui-btn weui-btn_primary" href="<?cs var:Home.resume.href ?>"><?cs var:Lang.button.resume ?></a></p>
</section>
<?cs /if ?><section class="sheet">
<h2><?cs var:Lang.hall.services ?></h2>
<ul class="tiles"><li><a class="tile icon icon--card" href="<?cs var:Home.start ?>"><b><?cs var:Lang.hall.apply ?></b><span><?cs var:Lang.hall.apply_text ?></span></a></li><li><a class="tile icon icon--list" href="/my"><b><?cs var:Lang.site.my ?></b><span><?cs var:Lang.hall.my_text ?></span></a></li></ul>
</section>
<?cs /if ?><div class="pair"><?cs call:prepare() ?><section class="sheet">
<h2><?cs var:Lang.hall.who_title ?></h2>
<ul class="plain">
<?cs each:n = Lang.hall.who ?><li><?cs var:n ?></li>
<?cs /each ?></ul>
</section></div>
<?cs /def ?><?cs
include:"layout.cs" ?>
