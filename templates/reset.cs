<?cs # A new password for who has forgotten hers. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.password.reset ?><?cs
set:Layout.form = "reset" ?><?cs
set:Layout.intent = "reset" ?><?cs
set:Layout.keeps = "1" ?><?cs
def:body() ?><h1><?cs var:Lang.password.reset ?></h1>
<p class="lead"><?cs var:Lang.password.reset_lead ?></p>
<?cs call:notices() ?><form class="sheet" id="reset" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:login_state() ?><?cs call:required() ?><?cs call:code_phone() ?><?cs call:code_typed(Lang.code.sent) ?><?cs call:new_password() ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="reset"><?cs var:Lang.password.go ?></button></div>
</form>
<p class="links"><a href="/login/account"><?cs var:Lang.password.back ?></a></p>
<p class="idle"><?cs var:Lang.code.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
