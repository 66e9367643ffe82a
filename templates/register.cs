<?cs # An account for who has none. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.register.title ?><?cs
set:Layout.form = "register" ?><?cs
set:Layout.intent = "register" ?><?cs
set:Layout.keeps = "1" ?><?cs
def:body() ?><h1><?cs var:Lang.register.title ?></h1>
<p class="lead"><?cs var:Lang.register.lead ?></p>
<?cs call:notices() ?><form class="sheet" id="register" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:login_state() ?><?cs call:required() ?><?cs call:code_phone() ?><?cs call:code_typed(Lang.code.sent) ?><?cs call:new_password() ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="register"><?cs var:Lang.register.go ?></button></div>
</form>
<p class="links"><a href="/login/account<?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.register.have ?></a> <a href="/login/reset"><?cs var:Lang.login.forgot ?></a></p>
<p class="idle"><?cs var:Lang.code.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
