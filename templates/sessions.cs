<?cs # Where she is logged in. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.sessions.title ?><?cs
def:body() ?><h1><?cs var:Lang.sessions.title ?></h1>
<p class="lead"><?cs var:Lang.sessions.lead ?></p>
<?cs call:notices() ?><?cs if:Sessions.others ?><form method="post" action="<?cs var:Page.path ?>">
<?cs call:form_state() ?><?cs /if ?><?cs each:s = Session ?><section class="sheet">
<h2><?cs var:s.browser ?><?cs if:s.current ?> <span class="state"><?cs var:Lang.sessions.this ?></span><?cs /if ?></h2>
<dl>
<div><dt><?cs var:Lang.sessions.where ?></dt><dd><?cs var:s.channel ?></dd></div>
<div><dt><?cs var:Lang.sessions.way ?></dt><dd><?cs var:s.way ?></dd></div>
<div><dt><?cs var:Lang.sessions.network ?></dt><dd class="number"><?cs var:s.network ?></dd></div>
<div><dt><?cs var:Lang.sessions.since ?></dt><dd class="number"><?cs var:s.since ?></dd></div>
<div><dt><?cs var:Lang.sessions.seen ?></dt><dd class="number"><?cs var:s.seen ?></dd></div>
</dl>
<?cs if:!s.current ?><button class="weui-btn weui-btn_default weui-btn_mini" name="end" value="<?cs var:s.id ?>"><?cs var:Lang.sessions.end ?><span class="spoken"> <?cs var:s.browser ?> <?cs var:s.since ?></span></button>
<?cs /if ?></section>
<?cs /each ?><?cs if:Sessions.others ?><div class="go go--still"><button class="weui-btn weui-btn_primary" name="end" value="others"><?cs var:Lang.sessions.end_others ?></button></div>
</form>
<?cs /if ?><p class="links"><a href="/my"><?cs var:Lang.site.my ?></a> <a href="/my/password"><?cs var:Lang.password.change ?></a></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
