<?cs # Logging in with a telephone number and the code sent to it. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.login.tab.sms ?><?cs
set:Layout.form = "sms" ?><?cs
set:Layout.intent = "login" ?><?cs
set:Layout.keeps = "1" ?><?cs
def:body() ?><h1><?cs var:Lang.login.title ?></h1>
<?cs call:notices() ?><?cs call:ways() ?><form class="sheet" id="sms" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:login_state() ?><?cs call:required() ?><?cs call:code_phone() ?><?cs call:code_typed(Lang.code.sent) ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="login"><?cs var:Lang.button.login ?></button></div>
</form>
<p class="idle"><?cs var:Lang.code.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
