<?cs # With a code (the mini program has opened this page): one button. Without: how it works. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.login.tab.wechat ?><?cs
if:Wechat.code ?><?cs set:Layout.form = "wechat" ?><?cs set:Layout.intent = "login" ?><?cs set:Layout.keeps = "1" ?><?cs /if ?><?cs
def:body() ?><h1><?cs var:Lang.login.title ?></h1>
<?cs call:notices() ?><?cs call:ways() ?><?cs
if:Wechat.code ?><form class="sheet" id="wechat" method="post" action="<?cs var:Page.path ?>">
<?cs call:login_state() ?><input type="hidden" name="code" value="<?cs var:Wechat.code ?>">
<p><?cs var:Lang.wechat.ready ?></p>
<div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="login"><?cs var:Lang.login.tab.wechat ?></button></div>
</form>
<?cs else ?><section class="sheet" id="wechat" tabindex="-1">
<h2><?cs var:Lang.wechat.how ?></h2>
<ol class="next">
<?cs each:s = Lang.wechat.step ?><li><?cs var:s ?></li>
<?cs /each ?></ol>
<?cs if:Wechat.native ?><div class="go"><a class="weui-btn weui-btn_primary" href="<?cs var:Wechat.native ?>"><?cs var:Lang.wechat.native ?></a></div>
<?cs /if ?></section>
<?cs /if ?><p class="idle"><?cs var:Lang.wechat.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
