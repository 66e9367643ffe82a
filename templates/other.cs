<?cs # Logging in with an identity that she has elsewhere. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.login.tab.other ?><?cs
def:body() ?><h1><?cs var:Lang.login.title ?></h1>
<?cs call:notices() ?><?cs call:ways() ?><div class="sheet" id="other" tabindex="-1">
<p><?cs var:Lang.other.lead ?></p>
<?cs each:o = Other ?><p class="elsewhere"><a class="weui-btn weui-btn_default" href="<?cs var:o.href ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:o.label ?></a></p>
<?cs /each ?></div>
<p class="idle"><?cs var:Lang.other.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
