<?cs include:"macros.cs" ?><?cs
set:Layout.title = Lang.withdraw.title ?><?cs
def:body() ?><h1><?cs var:Lang.withdraw.title ?></h1>
<?cs call:notices() ?><?cs each:a = Application ?><form class="sheet" method="post" action="<?cs var:Page.path ?>">
<?cs call:form_state() ?><p><?cs var:Lang.withdraw.text ?></p>
<?cs call:facts(a, "1") ?><div class="go"><a class="weui-btn weui-btn_default" href="/my"><?cs var:Lang.button.cancel ?></a><button class="weui-btn weui-btn_primary" name="intent" value="withdraw"><?cs var:Lang.button.withdraw_confirm ?></button></div>
</form>
<?cs /each ?><?cs /def ?><?cs
include:"layout.cs" ?>
