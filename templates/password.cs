<?cs # Another password, for who is logged in. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.password.change ?><?cs
def:body() ?><h1><?cs var:Lang.password.change ?></h1>
<p class="lead"><?cs var:Lang.password.change_lead ?></p>
<?cs call:notices() ?><form class="sheet" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:form_state() ?><?cs call:required() ?><?cs if:Password.asks_old ?><div class="field<?cs if:Field.old.error ?> field--bad<?cs /if ?>">
<label for="old"><?cs var:Lang.password.old ?></label>
<?cs if:Field.old.error ?><p class="field__fault" id="old-fault"><?cs var:Field.old.error_text ?></p>
<?cs /if ?><input type="password" id="old" name="old" maxlength="128" autocomplete="current-password" required<?cs if:Field.old.error ?> aria-invalid="true" aria-describedby="old-fault"<?cs /if ?>>
</div>
<?cs /if ?><?cs call:new_password() ?><div class="go"><button class="weui-btn weui-btn_primary"><?cs var:Lang.password.go ?></button></div>
</form>
<?cs /def ?><?cs
include:"layout.cs" ?>
